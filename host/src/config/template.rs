//! Templates: the values of variables, with placeholders.

use serde::Deserialize;
use strum::{EnumIter, EnumString, IntoEnumIterator as _, IntoStaticStr};

/// A value with placeholders: `web+{token}`.
///
/// Braces around anything else than a lower-case word are just braces.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Template(Vec<Part>);

/// A part of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// A text that is written as it is.
    Text(String),
    /// A placeholder that a value replaces.
    Placeholder(Placeholder),
}

/// What a template can say of a token.
///
/// Its name in a template is in snake case.
#[derive(Clone, Copy, Debug, EnumIter, EnumString, Eq, IntoStaticStr, PartialEq)]
#[strum(serialize_all = "snake_case")]
pub enum Placeholder {
    /// The token itself.
    Token,
    /// The video that it is bound to.
    VideoId,
    /// The visitor data, percent-encoded.
    VisitorData,
    /// YouTube's name of the client: `WEB`.
    Client,
    /// `player`, `gvs` or `subs`.
    Context,
    /// When it was captured, in ISO 8601.
    CapturedAt,
    /// 6 hours after the capture, in ISO 8601. Until then a token is fresh.
    FreshUntil,
    /// 12 hours after the capture, in ISO 8601. Then the token expires.
    ExpiresAt,
    /// The value of yt-dlp's `--extractor-args`.
    ExtractorArgs,
}

/// A template names a placeholder that does not exist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no placeholder {{{0}}}: there are {known}", known = known())]
pub struct NoSuchPlaceholder(String);

fn known() -> String {
    let names: Vec<_> = Placeholder::iter().map(|known| format!("{{{}}}", <&str>::from(known))).collect();
    names.join(", ")
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// [`NoSuchPlaceholder`] for a lower-case word in braces that is none of them.
    pub fn new(text: &str) -> Result<Self, NoSuchPlaceholder> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, name, after)) = next_placeholder(rest) {
            let placeholder = name.parse().map_err(|_| NoSuchPlaceholder(name.to_owned()))?;
            parts.push(Part::Text(before.to_owned()));
            parts.push(Part::Placeholder(placeholder));
            rest = after;
        }
        parts.push(Part::Text(rest.to_owned()));
        Ok(Self(parts))
    }

    /// Its parts, in order.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.0
    }
}

/// The text before the next `{word}`, the word, and the text after it.
fn next_placeholder(text: &str) -> Option<(&str, &str, &str)> {
    text.match_indices('{').find_map(|(at, _)| {
        let (name, after) = text[at + 1..].split_once('}')?;
        let word = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        word.then_some((&text[..at], name, after))
    })
}

impl TryFrom<String> for Template {
    type Error = NoSuchPlaceholder;

    fn try_from(text: String) -> Result<Self, NoSuchPlaceholder> {
        Self::new(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_placeholder_is_refused_with_the_known_ones() {
        let error = Template::new("{tokken}").unwrap_err();
        assert_eq!(error, NoSuchPlaceholder("tokken".into()));
        assert!(error.to_string().contains("{token}, {video_id}, "), "{error}");
    }
}
