use std::path::PathBuf;

/// Why there is no scenario.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    /// No such name
    #[error("there is no scenario {name:?}; there are {}, or give the path of a .toml file", known.join(", "))]
    Unknown {
        /// The name asked for
        name: String,
        /// The names there are
        known: Vec<&'static str>,
    },
    /// The file cannot be read
    #[error("cannot read the scenario {}: {source}", path.display())]
    Unreadable {
        /// The file
        path: PathBuf,
        /// Why
        source: std::io::Error,
    },
    /// It is not TOML, or a word in it is unknown
    #[error("the scenario {origin} is not understood: {source}")]
    Malformed {
        /// The file or name
        origin: String,
        /// Where and why
        source: Box<toml::de::Error>,
    },
    /// It is understood and makes no sense
    #[error("the scenario {origin} cannot be played: {what}")]
    Wrong {
        /// The file or name
        origin: String,
        /// What is wrong
        what: String,
    },
}
