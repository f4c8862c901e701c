//! What became of the registration of one browser.

use potbridge_browser::Family;
use potbridge_protocol::{Code, Problem};
use serde::Serialize;
use std::path::PathBuf;

/// What became of the registration of one browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "lowercase")]
pub enum Outcome {
    /// It has its manifest now.
    Created,
    /// It had a manifest, which was another one.
    Updated,
    /// It had this manifest.
    Unchanged,
    /// Nothing was to be done, or nothing would help.
    Skipped {
        /// Why.
        why: Problem,
    },
    /// It was to be registered, and is not.
    Failed {
        /// Why.
        why: Problem,
    },
}

/// One browser, where its manifest belongs, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BrowserOutcome {
    /// The browser's name for people.
    pub browser: String,
    /// Which manifest it reads.
    pub family: Family,
    /// The manifest. `None`: it was not decided where that belongs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manifest: Option<PathBuf>,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: Outcome,
}

impl Outcome {
    /// Whether a manifest leads the browser to the host.
    #[must_use]
    pub fn is_registered(&self) -> bool {
        match self {
            Self::Created | Self::Updated | Self::Unchanged => true,
            Self::Skipped { why } => why.code == Code::RegisteredForAll,
            Self::Failed { .. } => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{json, to_value};

    #[test]
    fn programs_read_what_became_of_a_browser() {
        let of = |outcome| {
            let browser = "Chromium".to_owned();
            to_value(BrowserOutcome { browser, family: Family::Chromium, manifest: None, outcome }).unwrap()
        };
        assert_eq!(
            of(Outcome::Created),
            json!({"browser": "Chromium", "family": "chromium", "outcome": "created"})
        );
        let why = Problem::new(Code::PermissionDenied, "no");
        let failed = of(Outcome::Failed { why });
        assert_eq!(failed["outcome"], "failed");
        assert_eq!(failed["why"], json!({"code": "permission-denied", "message": "no"}));
    }
}
