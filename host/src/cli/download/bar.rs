//! A download in the terminal: a bar. Without a terminal, a line for each new state.

use indicatif::{HumanBytes, ProgressBar, ProgressStyle};
use potbridge_protocol::download::DownloadState;
use potbridge_protocol::{Code, Download};
use potbridge_system::printable::printable;
use potbridge_system::stderr;
use std::io::{self, IsTerminal as _, Write as _};

pub(super) struct Bar {
    bar: Option<ProgressBar>,
    state: Option<DownloadState>,
    title: Option<String>,
    notices: usize,
}

impl Bar {
    pub(super) fn new() -> Self {
        Self { bar: io::stderr().is_terminal().then(new_bar), state: None, title: None, notices: 0 }
    }

    pub(super) fn show(&mut self, download: &Download) {
        if self.title != download.title {
            self.title.clone_from(&download.title);
            self.say(download.title.as_deref().unwrap_or_default());
        }
        for notice in download.notices.iter().skip(self.notices) {
            // The command ends with this one as its error.
            if notice.code != Code::SomeFailed {
                self.aside(|| stderr::warning(&notice.message, notice.hint.as_deref()));
            }
        }
        self.notices = download.notices.len();
        let words = in_words(download);
        match &self.bar {
            Some(bar) => {
                bar.set_message(words);
                bar.set_position(download.progress.permille.unwrap_or_default().into());
            }
            None if self.state != Some(download.state) && !download.state.is_final() => self.say(&words),
            None => {}
        }
        self.state = Some(download.state);
    }

    /// Prints something else, without the bar in its way.
    pub(super) fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }

    pub(super) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn say(&self, line: &str) {
        let line = &printable(line);
        match &self.bar {
            Some(bar) => bar.println(line),
            // Nobody may be there to read it.
            None => drop(writeln!(io::stderr(), "{line}")),
        }
    }
}

fn new_bar() -> ProgressBar {
    let bar = ProgressBar::new(1000);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {msg}") {
        bar.set_style(style);
    }
    bar
}

fn in_words(download: &Download) -> String {
    let of_list = download.list.as_ref().filter(|list| list.videos > 0);
    let which = of_list.map_or(String::new(), |list| {
        format!("video {} of {}: ", (list.done + list.failed + 1).min(list.videos), list.videos)
    });
    let progress = &download.progress;
    let what = match download.state {
        DownloadState::Queued => "waiting for other downloads to end".to_owned(),
        DownloadState::WaitingForToken => "waiting for a token from the browser".to_owned(),
        DownloadState::Starting => "asking YouTube".to_owned(),
        DownloadState::Downloading => {
            let mut words = format!("{} %", progress.permille.unwrap_or_default() / 10);
            if let Some(total) = progress.total {
                words.push_str(&format!(" of {}", HumanBytes(total)));
            }
            if let Some(speed) = progress.speed {
                words.push_str(&format!(", {}/s", HumanBytes(speed)));
            }
            if let Some(eta) = progress.eta {
                words.push_str(&format!(", {}:{:02} left", eta / 60, eta % 60));
            }
            words
        }
        DownloadState::Processing => "putting the parts together".to_owned(),
        DownloadState::Done => "done".to_owned(),
        DownloadState::Failed => "failed".to_owned(),
        DownloadState::Cancelled => "cancelled".to_owned(),
        DownloadState::Unknown => String::new(),
    };
    which + &what
}
