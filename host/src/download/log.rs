//! What yt-dlp prints in a download, without the secrets that it was given.

use crate::yt_dlp::cookies::secrets;
use potbridge_protocol::masking::masked;
use potbridge_protocol::{Capture, Cookie, PoToken};
use potbridge_system::dirs::open_private;
use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;
use zeroize::Zeroizing;

/// How many of the newest lines the reason for a failure is looked for in.
const LINES: usize = 500;

/// How much is kept in the file, in bytes. `-v` prints a lot, and nobody reads more.
const MOST: usize = 256 * 1024;

/// A shorter value of a cookie is not masked: other words would be masked with it. In bytes.
const SHORTEST_SECRET: usize = 6;

pub(super) struct Log {
    file: File,
    written: usize,
    lines: VecDeque<String>,
    cookies: Vec<Cookie>,
    tokens: Vec<PoToken>,
    visitors: Vec<Zeroizing<String>>,
}

impl Log {
    /// Empties the file, or makes one that only its owner may read.
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

    /// Begins a run of yt-dlp with these tokens, and masks them from now on.
    pub(super) fn begin_run(&mut self, captures: &[Capture]) {
        self.lines.clear();
        self.tokens.extend(captures.iter().map(|capture| capture.token.clone()));
        let visitor = |capture: &Capture| {
            Some(Zeroizing::new(capture.binding.visitor_data.as_ref()?.percent_encoded()))
        };
        self.visitors.extend(captures.iter().filter_map(visitor));
    }

    /// Takes a line, and masks the secrets in it.
    pub(super) fn take(&mut self, line: &str) {
        let cookies = secrets(&self.cookies).filter(|value| value.len() >= SHORTEST_SECRET);
        let tokens = self.tokens.iter().map(PoToken::expose);
        let secrets: Vec<&str> =
            cookies.chain(tokens).chain(self.visitors.iter().map(|text| text.as_str())).collect();
        let line = masked(line, &secrets);
        self.written += line.len();
        if self.written < MOST {
            // The reason for a failure is found even if the file cannot be written.
            let _ = writeln!(self.file, "{line}");
        }
        if self.lines.len() == LINES {
            self.lines.pop_front();
        }
        self.lines.push_back(line);
    }

    /// The newest lines of this run.
    pub(super) fn lines(&self) -> Vec<String> {
        self.lines.iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::capture;
    use std::fs;

    #[test]
    fn secrets_are_masked_in_the_file_and_in_the_lines() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        fs::write(&path, "from the run before").unwrap();
        let cookie = serde_json::json!({
            "name": "SID", "value": "s3cr3t-value", "domain": ".youtube.com", "path": "/", "secure": true, "http_only": true,
        });
        let mut log = Log::begin(&path, &[serde_json::from_value(cookie).unwrap()]).unwrap();
        let capture = capture(1, "dQw4w9WgXcQ", 0);
        let token = capture.token.expose().to_owned();
        log.begin_run(&[capture]);
        log.take(&format!("a {token} b s3cr3t-value c"));
        let file = fs::read_to_string(path).unwrap();
        for text in [file, log.lines().concat()] {
            assert!(text.starts_with("a ") && text.trim_end().ends_with(" c"), "{text}");
            assert!(!text.contains(&token) && !text.contains("s3cr3t"), "{text}");
        }
    }

    #[test]
    fn the_newest_lines_of_the_run_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let mut log = Log::begin(&folder.path().join("log"), &[]).unwrap();
        log.take("of the run before");
        log.begin_run(&[]);
        (0..LINES + 2).for_each(|number| log.take(&format!("line {number}")));
        let lines = log.lines();
        assert_eq!((lines.len(), lines[0].as_str()), (LINES, "line 2"));
    }
}
