//! Projection: named values, written by templates from what is known of a token.

use crate::config::{Part, Placeholder, Template, Variables};
use crate::yt_dlp::extractor_args::extractor_args;
use potbridge_protocol::Capture;
use potbridge_protocol::lifetime::{EXPIRES_MS, FRESH_MS};
use potbridge_sinks::Variable;
use potbridge_system::clock;
use potbridge_system::digest::digest;
use std::collections::BTreeMap;
use zeroize::Zeroizing;

/// The values of a sink's variables for one token.
pub struct Projection<'a> {
    values: Vec<(&'a str, Zeroizing<String>)>,
    /// When the token expires: milliseconds since 1970; 0 if there is no token.
    pub expires_at: u64,
}

impl<'a> Projection<'a> {
    /// The values for a token.
    #[must_use]
    pub fn of(capture: &Capture, variables: &'a Variables) -> Self {
        let values =
            variables.iter().map(|(name, template)| (name.as_str(), render(template, capture))).collect();
        Self { values, expires_at: capture.captured_at.saturating_add(EXPIRES_MS) }
    }

    /// Empty values, if there is no token.
    #[must_use]
    pub fn empty(variables: &'a Variables) -> Self {
        Self {
            values: variables.keys().map(|name| (name.as_str(), Zeroizing::default())).collect(),
            expires_at: 0,
        }
    }

    /// Whether there is no token.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.expires_at == 0
    }

    /// The values by their names.
    pub fn variables(&self) -> Vec<Variable<'_>> {
        self.values.iter().map(|(name, value)| Variable { name, value }).collect()
    }

    /// The values, handed over by their names.
    pub fn into_values(self) -> impl Iterator<Item = (&'a str, Zeroizing<String>)> {
        self.values.into_iter()
    }

    /// The SHA-256 of the names and values, which identifies them and tells nothing of them.
    #[must_use]
    pub fn digest(&self) -> String {
        digest(self.values.iter().flat_map(|(name, value)| [*name, value.as_str()]))
    }
}

/// The digest that a projection has whose values are these. A variable without a value is an empty one.
#[must_use]
pub fn digest_of(values: &BTreeMap<String, Zeroizing<String>>, variables: &Variables) -> String {
    let value = |name| values.get(name).map_or("", |value| value.as_str());
    digest(variables.keys().flat_map(|name| [name.as_str(), value(name.as_str())]))
}

/// The value for one token.
///
/// It is empty if one of its placeholders has no value. So two variables never belong to different tokens.
#[must_use]
pub fn render(template: &Template, capture: &Capture) -> Zeroizing<String> {
    let mut value = Zeroizing::new(String::new());
    for part in template.parts() {
        match part {
            Part::Text(text) => value.push_str(text),
            Part::Placeholder(placeholder) => match value_of(*placeholder, capture) {
                Some(text) => value.push_str(&text),
                None => return Zeroizing::default(),
            },
        }
    }
    value
}

fn value_of(placeholder: Placeholder, capture: &Capture) -> Option<Zeroizing<String>> {
    let binding = &capture.binding;
    let after = |ms| clock::iso(capture.captured_at.saturating_add(ms));
    let text = match placeholder {
        Placeholder::Token => capture.token.expose().to_owned(),
        Placeholder::VideoId => binding.video_id.as_ref()?.to_string(),
        Placeholder::VisitorData => binding.visitor_data.as_ref()?.percent_encoded(),
        Placeholder::Client => capture.client.as_ref()?.name().to_owned(),
        Placeholder::Context => capture.context.to_string(),
        Placeholder::CapturedAt => clock::iso(capture.captured_at),
        Placeholder::FreshUntil => after(FRESH_MS),
        Placeholder::ExpiresAt => after(EXPIRES_MS),
        Placeholder::ExtractorArgs => return Some(extractor_args(capture)),
    };
    Some(Zeroizing::new(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::store::tests::capture;
    use std::path::Path;

    fn rendered(template: &str, capture: &Capture) -> String {
        render(&Template::new(template).unwrap(), capture).to_string()
    }

    #[test]
    fn every_placeholder_gets_its_value() {
        let capture = capture(1, "dQw4w9WgXcQ", 1_764_810_177_000);
        assert_eq!(rendered("web+{token}", &capture), format!("web+{}", capture.token.expose()));
        assert_eq!(
            rendered("{video_id} {client}.{context} {captured_at} {fresh_until} {expires_at}", &capture),
            "dQw4w9WgXcQ WEB.player 2025-12-04T01:02:57Z 2025-12-04T07:02:57Z 2025-12-04T13:02:57Z"
        );
    }

    #[test]
    fn a_digest_identifies_a_projection() {
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
    fn a_missing_value_empties_the_whole_variable() {
        let capture = capture(1, "dQw4w9WgXcQ", 0);
        assert_eq!(rendered("visitor={visitor_data};video={video_id}", &capture), "");
    }

    #[test]
    fn braces_around_anything_else_are_text() {
        let capture = capture(1, "dQw4w9WgXcQ", 0);
        assert_eq!(
            rendered("{\"video\": \"{video_id}\"} {} {", &capture),
            "{\"video\": \"dQw4w9WgXcQ\"} {} {"
        );
    }
}
