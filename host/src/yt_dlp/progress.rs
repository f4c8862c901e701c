//! How far the download of one video is, over all its parts: yt-dlp counts each from its beginning.

use super::output::{Line, Part, Progress as Loaded};
use potbridge_protocol::download;

/// How far one run of yt-dlp is. A file that was partly there counts with what was there.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    parts: Vec<State>,
    fraction: Option<f64>,
    speed: Option<f64>,
    eta: Option<f64>,
    step: Step,
    begun: bool,
}

/// What is being done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Step {
    /// Nothing is loaded yet.
    #[default]
    Starting,
    /// A part is loaded.
    Downloading {
        /// Which: from 1.
        part: usize,
        /// Of how many.
        of: usize,
    },
    /// What is loaded is joined, converted or moved; yt-dlp's name for how.
    Processing(String),
    /// The file is there.
    Done,
}

#[derive(Clone, Debug)]
struct State {
    format: String,
    /// In bytes.
    there: u64,
    size: Option<u64>,
    /// Whether the size was told before, or is known: then guesses count for nothing.
    told: bool,
    finished: bool,
}

impl Progress {
    /// Of a run that begins.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a line of the run.
    pub fn take(&mut self, line: &Line) {
        match line {
            Line::Info { parts, .. } if !parts.is_empty() => {
                self.parts = parts.iter().map(State::of).collect();
            }
            Line::Progress(loaded) => self.load(loaded),
            // Some steps come before anything is loaded.
            Line::Processing { what, finished: false } if self.is_loaded() => {
                self.step = Step::Processing(what.clone());
                (self.speed, self.eta) = (None, None);
            }
            Line::File(_) => {
                (self.fraction, self.speed, self.eta, self.step) = (Some(1.0), None, None, Step::Done);
            }
            _ => {}
        }
    }

    fn load(&mut self, loaded: &Loaded) {
        // Subtitles are no part of the video, and small.
        let Some(format) = &loaded.format else { return };
        self.begun = true;
        let at = self.parts.iter().position(|part| part.format == *format).unwrap_or_else(|| {
            self.parts.push(State::of(&Part { format: format.clone(), bytes: None }));
            self.parts.len() - 1
        });
        self.parts[at].load(loaded);
        self.step = Step::Downloading { part: at + 1, of: self.parts.len() };
        self.speed = loaded.speed;
        self.eta = match (self.total(), loaded.speed) {
            (Some(total), Some(speed)) if speed > 0.0 => {
                Some(total.saturating_sub(self.bytes()) as f64 / speed)
            }
            _ if self.parts.len() == 1 => loaded.eta,
            _ => None,
        };
        let fraction = match self.total() {
            _ if self.is_loaded() => Some(1.0),
            Some(total) if total > 0 => Some((self.bytes() as f64 / total as f64).min(1.0)),
            _ => None,
        };
        // What is guessed to be larger than before, or is loaded bypass_cache, does not take back what was shown.
        self.fraction = match (self.fraction, fraction) {
            (Some(before), Some(now)) => Some(now.max(before)),
            (before, now) => now.or(before),
        };
    }

    fn is_loaded(&self) -> bool {
        !self.parts.is_empty() && self.parts.iter().all(|part| part.finished)
    }

    /// Whether anything was loaded.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        self.begun || self.step == Step::Done
    }

    /// How much of it is there, 0 to 1, where the sizes of all parts are known or guessed. It never goes back.
    #[must_use]
    pub fn fraction(&self) -> Option<f64> {
        self.fraction
    }

    /// The bytes there.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.parts.iter().fold(0, |sum, part| sum.saturating_add(part.there))
    }

    /// The bytes in all, where the sizes of all parts are known or guessed.
    #[must_use]
    pub fn total(&self) -> Option<u64> {
        let sizes = self.parts.iter().map(|part| part.size);
        sizes.fold((!self.parts.is_empty()).then_some(0), |sum: Option<u64>, size| {
            Some(sum?.saturating_add(size?))
        })
    }

    /// What is being done.
    #[must_use]
    pub fn step(&self) -> &Step {
        &self.step
    }

    /// As it is told.
    #[must_use]
    pub fn now(&self) -> download::DownloadProgress {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "never negative, and a cast saturates"
        )]
        let whole = |number: Option<f64>| number.map(|number| number.round() as u64);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1000")]
        let permille = self.fraction.map(|fraction| (fraction * 1000.0) as u16);
        download::DownloadProgress {
            permille,
            bytes: self.bytes(),
            total: self.total(),
            speed: whole(self.speed),
            eta: whole(self.eta),
        }
    }
}

impl State {
    fn of(part: &Part) -> Self {
        Self {
            format: part.format.clone(),
            there: 0,
            size: part.bytes,
            told: part.bytes.is_some(),
            finished: false,
        }
    }

    fn load(&mut self, loaded: &Loaded) {
        if let Some(total) = loaded.total {
            (self.size, self.told) = (Some(total), true);
        } else if !self.told {
            self.size = loaded.estimate.or(self.size);
        }
        if let Some(there) = loaded.bytes {
            self.there = there;
        }
        if loaded.finished {
            // A part that was there before has no count of bytes, only its size.
            self.there = loaded.total.unwrap_or(self.there);
            (self.finished, self.size, self.told) = (true, Some(self.there), true);
        }
        self.size = self.size.map(|size| size.max(self.there));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info(parts: &[(&str, Option<u64>)]) -> Line {
        let part = |&(format, bytes): &(&str, Option<u64>)| Part { format: format.to_owned(), bytes };
        Line::Info { title: "T".to_owned(), duration: None, parts: parts.iter().map(part).collect() }
    }

    fn loaded(format: &str, bytes: u64, total: Option<u64>) -> Loaded {
        Loaded { format: Some(format.to_owned()), bytes: Some(bytes), total, ..Loaded::default() }
    }

    fn finished(format: &str, bytes: Option<u64>, total: u64) -> Line {
        Line::Progress(Loaded { finished: true, bytes, ..loaded(format, 0, Some(total)) })
    }

    fn step(what: &str) -> Line {
        Line::Processing { what: what.to_owned(), finished: false }
    }

    #[test]
    fn two_parts_are_one_way_from_0_to_1() {
        let mut progress = Progress::new();
        let mut seen = Vec::new();
        for line in [
            info(&[]),
            info(&[("137", Some(800)), ("140", Some(200))]),
            step("MetadataParser"),
            Line::Progress(loaded("137", 0, Some(800))),
            Line::Progress(Loaded { speed: Some(100.0), ..loaded("137", 400, Some(800)) }),
            finished("137", Some(800), 800),
            Line::Progress(loaded("140", 0, Some(200))),
            Line::Progress(loaded("140", 100, Some(200))),
            finished("140", Some(200), 200),
            step("Merger"),
            Line::Processing { what: "Merger".to_owned(), finished: true },
            Line::File("/d/T.mp4".into()),
        ] {
            progress.take(&line);
            seen.push((progress.now().permille, progress.step().clone(), progress.now().eta));
        }
        let part = |part| Step::Downloading { part, of: 2 };
        let merging = Step::Processing("Merger".to_owned());
        assert_eq!(
            seen,
            [
                (None, Step::Starting, None),
                (None, Step::Starting, None),
                (None, Step::Starting, None),
                (Some(0), part(1), None),
                (Some(400), part(1), Some(6)),
                (Some(800), part(1), None),
                (Some(800), part(2), None),
                (Some(900), part(2), None),
                (Some(1000), part(2), None),
                (Some(1000), merging.clone(), None),
                (Some(1000), merging, None),
                (Some(1000), Step::Done, None),
            ]
        );
        assert_eq!((progress.bytes(), progress.total()), (1000, Some(1000)));
    }

    #[test]
    fn a_resumed_run_begins_where_the_last_one_ended() {
        let mut progress = Progress::new();
        progress.take(&info(&[("137", Some(800)), ("140", Some(200))]));
        assert!(!progress.has_begun());
        // The first part was whole: yt-dlp tells its size and no count.
        progress.take(&finished("137", None, 800));
        assert!(progress.has_begun());
        assert_eq!((progress.fraction(), progress.bytes()), (Some(0.8), 800));
        progress.take(&Line::Progress(loaded("140", 150, Some(200))));
        assert_eq!(progress.fraction(), Some(0.95));
    }

    #[test]
    fn it_never_goes_back() {
        let mut progress = Progress::new();
        progress.take(&info(&[("18", None)]));
        let estimated = |bytes, estimate| {
            Line::Progress(Loaded { estimate: Some(estimate), eta: Some(7.0), ..loaded("18", bytes, None) })
        };
        let mut last = 0.0;
        for line in [
            estimated(500, 1000),
            // The guess was too small, and then is known.
            estimated(1500, 3000),
            Line::Progress(loaded("18", 1600, Some(4000))),
            // The server did not resume.
            Line::Progress(loaded("18", 0, Some(4000))),
            Line::Progress(loaded("18", 3999, Some(4000))),
            finished("18", Some(4000), 4000),
        ] {
            progress.take(&line);
            let now = progress.fraction().unwrap();
            assert!(now >= last, "{now} after {last}");
            last = now;
        }
        assert_eq!(last, 1.0);
    }

    #[test]
    fn where_a_size_is_not_known_no_fraction_is_told() {
        let mut progress = Progress::new();
        progress.take(&info(&[("137", Some(800)), ("140", None)]));
        progress.take(&Line::Progress(Loaded {
            speed: Some(10.0),
            eta: Some(4.0),
            ..loaded("137", 400, Some(800))
        }));
        let now = progress.now();
        assert_eq!(
            (now.permille, now.bytes, now.total, now.speed, now.eta),
            (None, 400, None, Some(10), None)
        );
        progress.take(&finished("137", Some(800), 800));
        progress.take(&Line::Progress(Loaded { estimate: Some(200), ..loaded("140", 100, None) }));
        assert_eq!(progress.now().permille, Some(900));
    }

    #[test]
    fn subtitles_and_parts_that_nobody_announced_do_no_harm() {
        let mut progress = Progress::new();
        progress.take(&Line::Progress(Loaded { finished: true, total: Some(5), ..Loaded::default() }));
        assert!(!progress.has_begun() && progress.fraction().is_none());
        progress.take(&Line::Progress(loaded("22", 1, Some(4))));
        assert_eq!(
            (progress.fraction(), progress.step()),
            (Some(0.25), &Step::Downloading { part: 1, of: 1 })
        );
        progress.take(&Line::Progress(loaded("22", 0, Some(0))));
        assert_eq!(progress.fraction(), Some(0.25));
    }
}
