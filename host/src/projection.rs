//! Named values, written by templates from what is known of the newest token.

use crate::clock;
use crate::config::Variables;
use crate::digest::digest;
use crate::extractor_args::extractor_args;
use crate::sink::Variable;
use potbridge_protocol::Capture;
use potbridge_protocol::lifetime::GONE_MS;
use serde::Deserialize;
use zeroize::Zeroizing;

/// The values of a sink's variables for one token.
pub struct Projection<'a> {
    values: Vec<(&'a str, Zeroizing<String>)>,
    /// Until when they are good: milliseconds since 1970.
    pub gone_at: u64,
}

impl<'a> Projection<'a> {
    /// The values for a token.
    #[must_use]
    pub fn of(capture: &Capture, variables: &'a Variables) -> Self {
        let values =
            variables.iter().map(|(name, template)| (name.as_str(), template.render(capture))).collect();
        Self { values, gone_at: capture.captured_at.saturating_add(GONE_MS) }
    }

    /// Empty values, for when there is no token.
    #[must_use]
    pub fn empty(variables: &'a Variables) -> Self {
        Self {
            values: variables.keys().map(|name| (name.as_str(), Zeroizing::default())).collect(),
            gone_at: 0,
        }
    }

    /// The values by their names.
    pub fn variables(&self) -> Vec<Variable<'_>> {
        self.values.iter().map(|(name, value)| Variable { name, value }).collect()
    }

    /// The values, handed over by their names.
    pub fn into_values(self) -> impl Iterator<Item = (&'a str, Zeroizing<String>)> {
        self.values.into_iter()
    }

    /// The same for the same names and values, and telling nothing of them.
    #[must_use]
    pub fn digest(&self) -> String {
        digest(self.values.iter().flat_map(|(name, value)| [*name, value.as_str()]))
    }
}

/// A value with placeholders: `{token}`, `{video_id}`, `{visitor_data}`, `{client}`, `{context}`,
/// `{captured_at}`, `{expires_at}`, `{extractor_args}`. Braces around anything else are just braces.
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
    ExtractorArgs,
}

const PLACEHOLDERS: [(&str, Placeholder); 8] = [
    ("token", Placeholder::Token),
    ("video_id", Placeholder::VideoId),
    ("visitor_data", Placeholder::VisitorData),
    ("client", Placeholder::Client),
    ("context", Placeholder::Context),
    ("captured_at", Placeholder::CapturedAt),
    ("expires_at", Placeholder::ExpiresAt),
    ("extractor_args", Placeholder::ExtractorArgs),
];

/// A template names a placeholder that does not exist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "there is no placeholder {{{0}}}: there are {{token}}, {{video_id}}, {{visitor_data}}, {{client}}, {{context}}, {{captured_at}}, {{expires_at}} and {{extractor_args}}"
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
            Self::VisitorData => binding.visitor_data.as_ref()?.percent_encoded(),
            Self::Client => capture.client.as_ref()?.name().to_owned(),
            Self::Context => capture.context.to_string(),
            Self::CapturedAt => clock::iso(capture.captured_at),
            Self::ExtractorArgs => return Some(extractor_args(capture)),
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
    use crate::config::Config;
    use crate::shelf::tests::capture;
    use std::path::Path;

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
    fn a_projection_is_known_again_by_its_digest() {
        let config = Config::parse(
            "[[sink]]\nkind = \"env-file\"\npath = \"/x\"\nvars = { A = \"{token}\", B = \"{video_id}\" }",
            Path::new("/c.toml"),
        );
        let variables = &config.unwrap().sinks[0].vars;
        let digest = |video| Projection::of(&capture(1, video, 0), variables).digest();
        assert_eq!(digest("dQw4w9WgXcQ"), digest("dQw4w9WgXcQ"));
        assert_ne!(digest("dQw4w9WgXcQ"), digest("jNQXAC9IVRw"));
        assert_ne!(digest("dQw4w9WgXcQ"), Projection::empty(variables).digest());
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
