//! Which lines a reader joins with the next one.
//!
//! A line that is joined to another is a part of that one, and assigns nothing. Of the readers only shells and systemd
//! join lines: bash 5.2, dash 0.5.12 and systemd 252 do what is here. node, npm's dotenv, python-dotenv, docker and
//! compose take a backslash before a line end for a backslash.

use crate::{
    Reader,
    lines::{is_blank, skip_blanks},
};

/// Who joins a line with the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Joined {
    shells: bool,
    /// The word goes on: the line before has no blank before its backslash, so a `#` here is no comment.
    within_word: bool,
    systemd: bool,
}

impl Joined {
    /// Whether `reader` joins them. What any reader joins is joined if none is named.
    pub(crate) fn by(self, reader: Option<Reader>) -> bool {
        match reader {
            Some(Reader::Shell) => self.shells,
            Some(Reader::Systemd) => self.systemd,
            None => self.shells || self.systemd,
            Some(Reader::Docker | Reader::Compose | Reader::Node | Reader::Dotenv | Reader::PythonDotenv) => {
                false
            }
        }
    }

    /// Whether the word at the end of the line before goes on in this one.
    pub(crate) fn within_word(self) -> bool {
        self.within_word
    }

    /// Who joins the next line with the one that begins at `line` and ends at `end`.
    ///
    /// `self` is who joins this line with the one before it. Up to `from` the line is a quoted value, or nothing.
    pub(crate) fn next(self, text: &[u8], line: usize, from: usize, end: usize) -> Self {
        let rest = &text[from..end];
        let backslashes = rest.iter().rev().take_while(|&&byte| byte == b'\\').count();
        if backslashes % 2 == 0 {
            return Self::default();
        }
        let before = &rest[..rest.len() - 1];
        // For both the backslash takes the meaning of a carriage return, and a line feed after that ends the line.
        let (line_feed, lone_return) = match text[end..] {
            [b'\n', ..] => (true, false),
            [b'\r', ref after @ ..] => (false, after.first() != Some(&b'\n')),
            _ => (false, false),
        };
        let is_quoted = from > line;
        let anything = is_quoted || self.shells || !before.iter().copied().all(is_blank);
        Self {
            shells: line_feed && anything && !self.has_shell_comment(rest, is_quoted),
            within_word: before.last().map_or(self.within_word, |&byte| !is_blank(byte)),
            systemd: (line_feed || lone_return) && (self.systemd || systemd_escapes(text, line, end)),
        }
    }

    fn has_shell_comment(self, rest: &[u8], is_quoted: bool) -> bool {
        let begins_word = |at: usize| match at.checked_sub(1) {
            Some(before) => is_blank(rest[before]),
            None => !(is_quoted || self.shells && self.within_word),
        };
        rest.iter().enumerate().any(|(at, &byte)| byte == b'#' && begins_word(at))
    }
}

/// Whether a backslash at the end of this line means something to systemd: in a value, and before 254 in a comment.
fn systemd_escapes(text: &[u8], line: usize, end: usize) -> bool {
    let start = skip_blanks(text, line);
    match text[start..end] {
        [b'#' | b';', ..] => true,
        [_, ref rest @ ..] => rest.contains(&b'='),
        [] => false,
    }
}
