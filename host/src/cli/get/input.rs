//! What standard input says to `potbridge get`: what the token must be bound to, and which tokens were refused.

use super::Kind;
use crate::cli::put::pasted;
use crate::error::Error;
use potbridge_protocol::messages::ipc::ContentBinding;
use potbridge_protocol::{Code, PoToken, Problem};
use std::io::{self, Read as _};
use zeroize::Zeroizing;

/// More is no binding and no list of refused tokens. In bytes; a message of the control socket has room for it.
const LONGEST: u64 = 32 * 1024;

/// What standard input says.
#[derive(Debug, Default)]
pub(super) struct Input {
    pub(super) content_binding: Option<ContentBinding>,
    pub(super) refused: Vec<PoToken>,
}

impl Input {
    /// Reads the value of a binding, which is the first line, and then the refused tokens, a line each.
    ///
    /// Without either nothing is read.
    pub(super) fn read(binding: Option<Kind>, refused: bool) -> Result<Self, Error> {
        let mut text = Zeroizing::new(String::new());
        if binding.is_some() || refused {
            let cannot = |source| Error::Io { what: "standard input cannot be read".to_owned(), source };
            io::stdin().take(LONGEST).read_to_string(&mut text).map_err(cannot)?;
        }
        Self::of(&text, binding, refused)
    }

    fn of(text: &str, binding: Option<Kind>, refused: bool) -> Result<Self, Error> {
        let mut lines = text.trim().lines().map(str::trim);
        let content_binding = binding.map(|kind| {
            let value = Zeroizing::new(lines.next().unwrap_or_default().to_owned());
            match kind {
                Kind::VisitorData => ContentBinding::VisitorData(value),
                Kind::VisitorId => ContentBinding::VisitorId(value),
                Kind::DataSyncId => ContentBinding::DataSyncId(value),
            }
        });
        let mut tokens = Vec::new();
        for (line, number) in lines.filter(|_| refused).zip(1..).filter(|(line, _)| !line.is_empty()) {
            let read = pasted::read(line.as_bytes()).map_err(|why| not_refused(number, &Error::from(why)))?;
            tokens.extend(read.into_iter().next().map(|pasted| pasted.token));
        }
        if refused && tokens.is_empty() {
            let message = "--refused wants the tokens that YouTube refused, on standard input, a line each";
            return Err(Error::Problem(Problem::new(Code::NotAToken, message)));
        }
        Ok(Self { content_binding, refused: tokens })
    }
}

/// The problem of a line that names no refused token.
fn not_refused(number: usize, why: &Error) -> Error {
    let Problem { code, message, hint } = why.problem();
    Error::Problem(Problem { code, message: format!("refused token {number}: {message}"), hint })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::capture;

    fn read(text: &str, binding: Option<Kind>, refused: bool) -> Input {
        Input::of(text, binding, refused).unwrap()
    }

    #[test]
    fn the_binding_comes_before_the_refused_tokens_which_are_read_as_pasted_ones() {
        let tokens = [capture(1, "dQw4w9WgXcQ", 0).token, capture(2, "dQw4w9WgXcQ", 0).token];
        let unpadded = tokens[1].expose().trim_end_matches('=');
        let first = tokens[0].expose();
        for first in
            [first.to_owned(), format!("mweb.gvs+{first}"), format!("'{first}'"), format!("pot: {first}")]
        {
            let lines = format!("\r\n{first}\r\n\n {unpadded} \n");
            let input = read(&lines, None, true);
            assert!(input.content_binding.is_none() && input.refused == tokens);

            let input = read(&format!("fK4rMYG3OZL\n{lines}"), Some(Kind::VisitorId), true);
            let binding = ContentBinding::VisitorId(Zeroizing::new("fK4rMYG3OZL".to_owned()));
            assert!(input.content_binding == Some(binding) && input.refused == tokens);
            assert!(read(&lines, None, false).refused.is_empty());
        }
        let input = read("123||\n", Some(Kind::DataSyncId), false);
        assert!(input.content_binding.is_some() && input.refused.is_empty());
    }

    #[test]
    fn a_line_that_names_no_token_is_an_error_and_so_is_no_line() {
        let token = capture(1, "dQw4w9WgXcQ", 0).token;
        let short = &token.expose()[..40];
        for text in ["", " \n\n", "garbage", &format!("{}\ngarbage", token.expose()), short] {
            let error = Input::of(text, None, true).unwrap_err();
            assert_eq!(error.code(), Code::NotAToken);
            assert!(!error.to_string().contains(&short[..10]), "it shows the token");
        }
        assert!(Input::of("fK4rMYG3OZL", Some(Kind::VisitorId), true).is_err());
    }
}
