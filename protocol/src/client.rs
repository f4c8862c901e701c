//! The player that sent a token.

use serde::{Deserialize, Serialize};

/// A player's name and version in YouTube's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RawClient")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Client {
    name: String,
    version: Option<String>,
}

#[derive(Deserialize)]
struct RawClient {
    name: String,
    #[serde(default)]
    version: Option<String>,
}

/// The text is no client's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a client name: it is made of up to 40 letters, digits and '_', as in WEB_REMIX")]
pub struct NotAClient;

impl Client {
    /// A client by the name requests give it (`WEB`) or yt-dlp gives it (`web`), and its version
    /// (`2.20260911.01.00`). A version of another shape is dropped.
    ///
    /// # Errors
    /// [`NotAClient`] if the name is not made of letters, digits and `_`.
    pub fn new(name: &str, version: Option<&str>) -> Result<Self, NotAClient> {
        let of = |text: &str, also: &[u8]| {
            (1..=40).contains(&text.len())
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || also.contains(&byte))
        };
        if !of(name, b"_") {
            return Err(NotAClient);
        }
        Ok(Self {
            name: name.to_owned(),
            version: version.filter(|text| of(text, b".-_")).map(ToOwned::to_owned),
        })
    }

    /// Its name: `WEB`, `WEB_REMIX`, `MWEB`, …
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its version: `2.20260911.01.00`.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }
}

impl TryFrom<RawClient> for Client {
    type Error = NotAClient;

    fn try_from(raw: RawClient) -> Result<Self, NotAClient> {
        Self::new(&raw.name, raw.version.as_deref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_name_can_carry_nothing_else() {
        for name in ["", "WEB\nX=1", "WEB;rm", "a b", &"W".repeat(41)] {
            assert_eq!(Client::new(name, None), Err(NotAClient), "{name:?}");
        }
        assert_eq!(Client::new("WEB", Some("1;2")).unwrap().version(), None);
    }
}
