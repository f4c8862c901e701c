//! What standard input says to `potbridge get`: what the token must be bound to, and which tokens were refused.

use super::Kind;
use crate::error::Error;
use potbridge_protocol::PoToken;
use potbridge_protocol::messages::ipc::ContentBinding;
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
        Ok(Self::of(&text, binding, refused))
    }

    fn of(text: &str, binding: Option<Kind>, refused: bool) -> Self {
        let mut lines = text.trim().lines().map(str::trim);
        let content_binding = binding.map(|kind| {
            let value = Zeroizing::new(lines.next().unwrap_or_default().to_owned());
            match kind {
                Kind::VisitorData => ContentBinding::VisitorData(value),
                Kind::VisitorId => ContentBinding::VisitorId(value),
                Kind::DataSyncId => ContentBinding::DataSyncId(value),
            }
        });
        // What is no token is given to nobody anyway.
        let refused = lines.filter(|_| refused).filter_map(|line| PoToken::new(line).ok()).collect();
        Self { content_binding, refused }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::capture;

    #[test]
    fn the_binding_comes_before_the_refused_tokens_and_what_is_no_token_is_left_out() {
        let tokens = [capture(1, "dQw4w9WgXcQ", 0).token, capture(2, "dQw4w9WgXcQ", 0).token];
        let unpadded = tokens[1].expose().trim_end_matches('=');
        let lines = format!("\r\n{}\r\n\n not a token \n {unpadded} \n", tokens[0].expose());
        let input = Input::of(&lines, None, true);
        assert!(input.content_binding.is_none() && input.refused == tokens);

        let input = Input::of(&format!("fK4rMYG3OZL\n{lines}"), Some(Kind::VisitorId), true);
        let binding = ContentBinding::VisitorId(Zeroizing::new("fK4rMYG3OZL".to_owned()));
        assert!(input.content_binding == Some(binding) && input.refused == tokens);
        let input = Input::of("123||\n", Some(Kind::DataSyncId), false);
        assert!(input.content_binding.is_some() && input.refused.is_empty());
        assert!(Input::of(&lines, None, false).refused.is_empty());
    }
}
