//! What yt-dlp said in a download, without the secrets that it was given.

use crate::yt_dlp::cookies::secrets;
use potbridge_protocol::masking::masked;
use potbridge_protocol::{Capture, Cookie, PoToken};
use potbridge_system::dirs::open_private;
use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;
use zeroize::Zeroizing;

/// How many lines a verdict is made of: the newest.
const LINES: usize = 500;

/// How much is kept in the file, in bytes. `-v` says a lot, and nobody reads more.
const MOST: usize = 256 * 1024;

/// From this length on the value of a cookie is a secret that can be told from other words.
const TELLING: usize = 6;

pub(super) struct Log {
    file: File,
    written: usize,
    lines: VecDeque<String>,
    cookies: Vec<Cookie>,
    tokens: Vec<PoToken>,
    visitors: Vec<Zeroizing<String>>,
}

impl Log {
    /// Begins it bypass_cache, in a file that is its owner's alone.
    pub(super) fn begin(path: &Path, cookies: &[Cookie]) -> io::Result<Self> {
        let file = open_private(path)?;
        file.set_len(0)?;
        Ok(Self {
            file,
            written: 0,
            lines: VecDeque::new(),
            cookies: cookies.to_vec(),
            tokens: Vec::new(),
            visitors: Vec::new(),
        })
    }

    /// A new run begins, with these tokens.
    pub(super) fn hide(&mut self, captures: &[Capture]) {
        self.lines.clear();
        self.tokens.extend(captures.iter().map(|capture| capture.token.clone()));
        let visitor = |capture: &Capture| {
            Some(Zeroizing::new(capture.binding.visitor_data.as_ref()?.percent_encoded()))
        };
        self.visitors.extend(captures.iter().filter_map(visitor));
    }

    /// Takes a line.
    pub(super) fn take(&mut self, line: &str) {
        let cookies = secrets(&self.cookies).filter(|value| value.len() >= TELLING);
        let tokens = self.tokens.iter().map(PoToken::expose);
        let secrets: Vec<&str> =
            cookies.chain(tokens).chain(self.visitors.iter().map(|text| text.as_str())).collect();
        let line = masked(line, &secrets);
        self.written += line.len();
        if self.written < MOST {
            // What cannot be written down is still part of the verdict.
            let _ = writeln!(self.file, "{line}");
        }
        if self.lines.len() == LINES {
            self.lines.pop_front();
        }
        self.lines.push_back(line);
    }

    /// What was said in this run.
    pub(super) fn said(&self) -> Vec<String> {
        self.lines.iter().cloned().collect()
    }
}
