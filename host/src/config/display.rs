//! What potbridge's own browser draws on.

use serde::Deserialize;

/// What the browser draws on. Nobody sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Display {
    /// Nothing: Chromium's platform `headless`, Firefox's `--headless`.
    #[default]
    Ozone,
    /// An Xvfb that is started with it.
    Xvfb,
}
