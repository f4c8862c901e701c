//! On Windows a browser is a job, whose processes end when this program does.

use potbridge_system::process_group::ProcessGroup;
use std::io;
use std::os::windows::io::AsRawHandle as _;
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};
use win32job::{ExtendedLimitInfo, Job, JobError};

/// How often to look whether a job is empty: no event comes.
const POLL: Duration = Duration::from_millis(20);

/// The browser's processes.
pub(super) struct Members {
    tree: ProcessGroup,
    /// When its last handle is closed, which is this one, the system kills what is in it.
    job: Option<Job>,
}

impl Members {
    /// Starts a browser in a job of its own.
    pub(super) fn start(command: &mut Command) -> io::Result<(Child, Self)> {
        let (child, tree) = ProcessGroup::start(command)?;
        // Without a job, as for a browser that has ended at once, its tree of processes is ended.
        let job = job_of(&child).ok();
        Ok((child, Self { tree, job }))
    }

    /// Asks all to end. Says whether they can be asked: there are no signals.
    #[expect(clippy::unused_self, reason = "as on Unix")]
    pub(super) fn ask_to_end(&self) -> bool {
        false
    }

    /// Kills all that are left.
    pub(super) fn kill(&self) {
        if self.is_empty() != Some(true) {
            let _ = self.tree.kill();
        }
    }

    /// Waits until none is left, at most `limit`: a profile whose files are open cannot be removed.
    pub(super) fn wait(&mut self, limit: Duration) {
        let end = Instant::now() + limit;
        while self.is_empty() == Some(false) && Instant::now() < end {
            thread::sleep(POLL);
        }
        self.job = None;
    }

    /// Whether no process is left. `None`: nobody knows.
    fn is_empty(&self) -> Option<bool> {
        let members = self.job.as_ref()?.query_process_id_list().ok()?;
        Some(members.is_empty())
    }
}

fn job_of(child: &Child) -> Result<Job, JobError> {
    let job = Job::create_with_limit_info(ExtendedLimitInfo::new().limit_kill_on_job_close())?;
    job.assign_process(child.as_raw_handle() as isize)?;
    Ok(job)
}

/// Waits for the end of the first process.
pub(super) fn ended(mut child: Child) -> Child {
    let _status = child.wait();
    child
}
