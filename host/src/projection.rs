//! Named values, written by templates from what is known of the newest token.

use crate::clock;
use potbridge_protocol::Capture;
use potbridge_protocol::lifetime::GONE_MS;
use serde::Deserialize;
use zeroize::Zeroizing;

/// A value with placeholders: `{token}`, `{video_id}`, `{visitor_data}`, `{client}`, `{context}`,
/// `{captured_at}`, `{expires_at}`. Braces around anything else are just braces.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Template(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Placeholder(Placeholder),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Placeholder {
    Token,
    VideoId,
    VisitorData,
    Client,
    Context,
    CapturedAt,
    ExpiresAt,
}

const PLACEHOLDERS: [(&str, Placeholder); 7] = [
    ("token", Placeholder::Token),
    ("video_id", Placeholder::VideoId),
    ("visitor_data", Placeholder::VisitorData),
    ("client", Placeholder::Client),
    ("context", Placeholder::Context),
    ("captured_at", Placeholder::CapturedAt),
    ("expires_at", Placeholder::ExpiresAt),
];

/// A template names a placeholder that does not exist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "there is no placeholder {{{0}}}: there are {{token}}, {{video_id}}, {{visitor_data}}, {{client}}, {{context}}, {{captured_at}} and {{expires_at}}"
)]
pub struct NoSuchPlaceholder(String);

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// [`NoSuchPlaceholder`] for a lower-case word in braces that is none of them.
    pub fn new(text: &str) -> Result<Self, NoSuchPlaceholder> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, name, after)) = next_placeholder(rest) {
            let (_, placeholder) = PLACEHOLDERS
                .iter()
                .find(|(known, _)| *known == name)
                .ok_or_else(|| NoSuchPlaceholder(name.to_owned()))?;
            parts.push(Part::Text(before.to_owned()));
            parts.push(Part::Placeholder(*placeholder));
            rest = after;
        }
        parts.push(Part::Text(rest.to_owned()));
        Ok(Self(parts))
    }

    /// The value for one token; empty where one of its placeholders has no value, since the rest would then be
    /// taken for what belongs to another token.
    #[must_use]
    pub fn render(&self, capture: &Capture) -> Zeroizing<String> {
        let mut value = Zeroizing::new(String::new());
        for part in &self.0 {
            match part {
                Part::Text(text) => value.push_str(text),
                Part::Placeholder(placeholder) => match placeholder.of(capture) {
                    Some(text) => value.push_str(&text),
                    None => return Zeroizing::default(),
                },
            }
        }
        value
    }
}

impl Placeholder {
    fn of(self, capture: &Capture) -> Option<Zeroizing<String>> {
        let binding = &capture.binding;
        let text = match self {
            Self::Token => capture.token.expose().to_owned(),
            Self::VideoId => binding.video_id.as_ref()?.to_string(),
            Self::VisitorData => binding.visitor_data.as_ref()?.as_str().to_owned(),
            Self::Client => capture.client.as_ref()?.name().to_owned(),
            Self::Context => capture.context.to_string(),
            Self::CapturedAt => clock::iso(capture.captured_at),
            Self::ExpiresAt => clock::iso(capture.captured_at.saturating_add(GONE_MS)),
        };
        Some(Zeroizing::new(text))
    }
}

/// What stands before the next `{word}`, the word, and what stands after it.
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
    use crate::shelf::tests::capture;

    fn rendered(template: &str, capture: &Capture) -> String {
        Template::new(template).unwrap().render(capture).to_string()
    }

    #[test]
    fn every_placeholder_gets_its_value() {
        let capture = capture(1, "dQw4w9WgXcQ", 1_764_810_177_000);
        assert_eq!(rendered("web+{token}", &capture), format!("web+{}", capture.token.expose()));
        assert_eq!(
            rendered("{video_id} {client}.{context} {captured_at} {expires_at}", &capture),
            "dQw4w9WgXcQ WEB.player 2025-12-04T01:02:57Z 2025-12-04T13:02:57Z"
        );
    }

    #[test]
    fn a_placeholder_without_a_value_empties_the_whole() {
        let capture = capture(1, "dQw4w9WgXcQ", 0);
        assert_eq!(rendered("visitor={visitor_data};video={video_id}", &capture), "");
    }

    #[test]
    fn an_unknown_placeholder_is_an_error_and_other_braces_are_text() {
        assert_eq!(Template::new("{tokken}"), Err(NoSuchPlaceholder("tokken".into())));
        let capture = capture(1, "dQw4w9WgXcQ", 0);
        assert_eq!(
            rendered("{\"video\": \"{video_id}\"} {} {", &capture),
            "{\"video\": \"dQw4w9WgXcQ\"} {} {"
        );
    }
}
