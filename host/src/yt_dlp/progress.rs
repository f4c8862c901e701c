//! How far the download of one video is, over all its parts. yt-dlp counts each part alone.

use super::output::{Line, Part, PartProgress};
use potbridge_protocol::download;

/// How far one run of yt-dlp is. A part that an earlier run left counts.
#[derive(Clone, Debug, Default)]
pub struct VideoProgress {
    parts: Vec<PartState>,
    fraction: Option<f64>,
    speed: Option<f64>,
    eta: Option<f64>,
    step: Step,
    begun: bool,
}

/// What yt-dlp is doing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Step {
    /// Nothing is loaded yet.
    #[default]
    Starting,
    /// A part is being loaded.
    Downloading {
        /// Which: from 1.
        part: usize,
        /// Of how many.
        of: usize,
    },
    /// The parts are joined, converted or moved. yt-dlp's name for the step.
    Processing(String),
    /// The file is there.
    Done,
}

#[derive(Clone, Debug)]
struct PartState {
    format: String,
    /// The bytes loaded.
    bytes: u64,
    size: Option<u64>,
    /// Whether the size is more than an estimate.
    is_exact: bool,
    finished: bool,
}

impl VideoProgress {
    /// The progress of a run that begins.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a line of the run.
    pub fn take(&mut self, line: &Line) {
        match line {
            Line::Info { parts, .. } if !parts.is_empty() => {
                self.parts = parts.iter().map(PartState::of).collect();
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

    fn load(&mut self, loaded: &PartProgress) {
        // Subtitles are no part of the video, and small.
        let Some(format) = &loaded.format else { return };
        self.begun = true;
        let at = self.parts.iter().position(|part| part.format == *format).unwrap_or_else(|| {
            self.parts.push(PartState::of(&Part { format: format.clone(), bytes: None }));
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
        // If an estimate grows, or a part is loaded again, the fraction stays as it was shown.
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

    /// How much is loaded, 0 to 1, if the sizes of all parts are known or estimated. It never decreases.
    #[must_use]
    pub fn fraction(&self) -> Option<f64> {
        self.fraction
    }

    /// The bytes loaded.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.parts.iter().fold(0, |sum, part| sum.saturating_add(part.bytes))
    }

    /// The bytes in all, if the sizes of all parts are known or estimated.
    #[must_use]
    pub fn total(&self) -> Option<u64> {
        let sizes = self.parts.iter().map(|part| part.size);
        sizes.fold((!self.parts.is_empty()).then_some(0), |sum: Option<u64>, size| {
            Some(sum?.saturating_add(size?))
        })
    }

    /// What yt-dlp is doing.
    #[must_use]
    pub fn step(&self) -> &Step {
        &self.step
    }

    /// The progress as a message has it.
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

impl PartState {
    fn of(part: &Part) -> Self {
        Self {
            format: part.format.clone(),
            bytes: 0,
            size: part.bytes,
            is_exact: part.bytes.is_some(),
            finished: false,
        }
    }

    fn load(&mut self, loaded: &PartProgress) {
        if let Some(total) = loaded.total {
            (self.size, self.is_exact) = (Some(total), true);
        } else if !self.is_exact {
            self.size = loaded.estimate.or(self.size);
        }
        if let Some(bytes) = loaded.bytes {
            self.bytes = bytes;
        }
        if loaded.finished {
            // A part that an earlier run completed has no count of bytes, only its size.
            self.bytes = loaded.total.unwrap_or(self.bytes);
            (self.finished, self.size, self.is_exact) = (true, Some(self.bytes), true);
        }
        self.size = self.size.map(|size| size.max(self.bytes));
    }
}

#[cfg(test)]
mod tests;
