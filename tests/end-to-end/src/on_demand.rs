//! Programs that request tokens.

use crate::process::output;
use crate::trial::Trial;
use potbridge_stand_in::{Received, video_of_token};
use std::process::{Child, Stdio};
use std::time::SystemTime;

/// The longest time a program waits for one video: other videos may be opened before it.
const WAIT_SECONDS: &str = "120";

/// A token that a program was given.
pub struct Answer<'a> {
    trial: &'a Trial,
    video: String,
    token: String,
    asked: SystemTime,
    answered: SystemTime,
}

/// Asks for the token of a video with `potbridge get`.
#[track_caller]
#[must_use]
pub fn ask<'a>(trial: &'a Trial, video: &str) -> Answer<'a> {
    ask_at_once(trial, &[video.to_owned()]).remove(0)
}

/// Asks for the tokens of videos, each with a program of its own.
#[track_caller]
#[must_use]
pub fn ask_at_once<'a>(trial: &'a Trial, videos: &[String]) -> Vec<Answer<'a>> {
    std::thread::scope(|scope| {
        let asked: Vec<_> = videos
            .iter()
            .map(|video| {
                let (asked, get) = (SystemTime::now(), get(trial, video));
                scope.spawn(move || (output(get), asked, SystemTime::now()))
            })
            .collect();
        let answered = asked.into_iter().zip(videos).map(|(get, video)| {
            let (output, asked, answered) = get.join().unwrap();
            assert!(output.status.success(), "{video}: {}", String::from_utf8_lossy(&output.stderr));
            let token = String::from_utf8(output.stdout).unwrap().trim().to_owned();
            Answer { trial, video: video.clone(), token, asked, answered }
        });
        answered.collect()
    })
}

/// Prints how long a page alone takes to its first token, in the user's tab.
#[allow(clippy::print_stdout, reason = "libtest shows it to those who ask")]
pub fn print_time_of_page(trial: &Trial, video: &str) {
    let began = SystemTime::now();
    trial.navigate(&format!("https://www.youtube.com/watch?v={video}"));
    let first = trial.wait_for_request(|request| is_for(request, video));
    println!("{video}: the page alone took {:?}", first.at.duration_since(began).unwrap_or_default());
}

fn is_for(request: &Received, video: &str) -> bool {
    request.po_token.as_deref().and_then(video_of_token).as_deref() == Some(video)
}

fn get(trial: &Trial, video: &str) -> Child {
    let mut get = trial.command(&["get", "--video", video, "--wait", WAIT_SECONDS]);
    get.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

impl Answer<'_> {
    /// Checks that the token was made for the video, and that it is the first one that a page showed for it. Prints how
    /// long that took.
    #[track_caller]
    #[allow(clippy::print_stdout, reason = "libtest shows it to those who ask")]
    pub fn assert_right(&self) {
        let Self { trial, video, token, .. } = self;
        assert_eq!(video_of_token(token).as_ref(), Some(video), "it is a token of another video");
        let first = trial.wait_for_request(|request| is_for(request, video));
        assert_eq!(first.po_token.as_ref(), Some(token), "{video} had an earlier token");
        println!(
            "{video}: asked, {:?} later a page showed the token, {:?} later it was given",
            first.at.duration_since(self.asked).unwrap_or_default(),
            self.answered.duration_since(first.at).unwrap_or_default(),
        );
    }
}
