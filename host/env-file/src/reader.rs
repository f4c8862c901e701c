//! The programs that read `.env` files, and how a value is written for each.

use std::{fmt, str::FromStr};

use zeroize::Zeroizing;

use crate::{Error, Variable};

/// A program that reads `.env` files by its own rules.
///
/// With the feature `serde` it is deserialized from its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(try_from = "String"))]
pub enum Reader {
    /// `. ./.env` in sh, bash and their like.
    Shell,
    /// `docker run --env-file`. It knows no quotes, no comment after a value and no `export`.
    Docker,
    /// `env_file` and `${NAME}` of `docker compose`, and of `docker-compose` since 1.26.
    Compose,
    /// `node --env-file`.
    Node,
    /// npm's dotenv.
    Dotenv,
    /// python-dotenv.
    PythonDotenv,
    /// `EnvironmentFile=` of a systemd unit. It knows quotes, but no comment after a value and no `export`.
    Systemd,
}

impl Reader {
    /// Every reader.
    pub const ALL: [Self; 7] = [
        Self::Shell,
        Self::Docker,
        Self::Compose,
        Self::Node,
        Self::Dotenv,
        Self::PythonDotenv,
        Self::Systemd,
    ];

    /// The reader's name: `shell`, `docker`, …
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Shell => "shell",
            Self::Docker => "docker",
            Self::Compose => "compose",
            Self::Node => "node",
            Self::Dotenv => "dotenv",
            Self::PythonDotenv => "python-dotenv",
            Self::Systemd => "systemd",
        }
    }

    /// What in `value` any version of this reader would not read as it is: words that follow "the value holds".
    fn misreads(self, value: &str) -> Option<&'static str> {
        const QUOTE: (&str, &str) = ("'", "a single quote");
        const BACKSLASH: (&str, &str) = ("\\", "a backslash");
        // To npm's dotenv and to node 20.6 a quote after a backslash does not close.
        let ends_in_backslash = value.ends_with('\\').then_some("a backslash at its end");
        let first_of = |signs: &[(&str, &'static str)]| {
            signs.iter().find(|(sign, _)| value.contains(sign)).map(|(_, what)| *what)
        };
        match self {
            // Shells read that backslash well, but our own parser would not find the end of the value.
            Self::Shell | Self::Node | Self::Dotenv => first_of(&[QUOTE]).or(ends_in_backslash),
            // A change that removes a pair of quotes has been proposed several times (docker/cli 3630).
            Self::Docker => value.starts_with(['"', '\'']).then_some("a quote at its beginning"),
            // docker-compose 1 reads the file with python-dotenv. What compose 2 does with a backslash has changed.
            Self::Compose => first_of(&[QUOTE, BACKSLASH, ("$", "a dollar sign")]),
            // It replaces ${NAME} even between single quotes, and 1.2.4 reads backslashes unlike those before.
            Self::PythonDotenv => first_of(&[QUOTE, BACKSLASH, ("${", "a dollar sign before a brace")]),
            // Once a backslash escaped between single quotes too (systemd issue 10659).
            Self::Systemd => first_of(&[QUOTE, BACKSLASH]),
        }
    }
}

/// Whether the reader takes a byte order mark for a part of the first name, and so does not see what the first line assigns.
///
/// So do bash 5.2, dash 0.5.12, node 24 and systemd 252. Docker, `docker compose`, npm's dotenv and python-dotenv skip it.
pub(crate) fn reads_mark(reader: Option<Reader>) -> bool {
    matches!(reader, Some(Reader::Shell | Reader::Node | Reader::Systemd))
}

impl fmt::Display for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that is not the name of a [`Reader`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no reader of .env files; the readers are {names}", names = names())]
pub struct UnknownReader(String);

impl FromStr for Reader {
    type Err = UnknownReader;

    fn from_str(name: &str) -> Result<Self, UnknownReader> {
        let found = Self::ALL.into_iter().find(|reader| reader.name() == name);
        found.ok_or_else(|| UnknownReader(name.to_owned()))
    }
}

impl TryFrom<String> for Reader {
    type Error = UnknownReader;

    fn try_from(name: String) -> Result<Self, UnknownReader> {
        name.parse()
    }
}

/// The names of all readers, separated by commas.
pub(crate) fn names() -> String {
    Reader::ALL.map(Reader::name).join(", ")
}

/// The value of `variable` as it must stand in a file that `reader` reads.
///
/// A value that every reader reads as it is stays bare, because docker takes quotes for a part of the value. Any other
/// value is put between single quotes, which all readers but docker read alike.
///
/// # Errors
///
/// [`Error::ValueControl`], [`Error::ValueUnsafe`] and [`Error::ValueUnfit`].
pub fn encode(variable: &Variable<'_>, reader: Option<Reader>) -> Result<Zeroizing<String>, Error> {
    let Variable { name, value } = *variable;
    let alike = |byte: u8| byte.is_ascii_alphanumeric() || b"_.,:/@%+=-".contains(&byte);
    if value.bytes().all(alike) {
        return Ok(Zeroizing::new(value.to_owned()));
    }
    // The last two end a line in JavaScript.
    if value.chars().any(|sign| sign.is_control() || matches!(sign, '\u{2028}' | '\u{2029}')) {
        return Err(Error::ValueControl { name: name.to_owned() });
    }
    let reader = reader.ok_or_else(|| Error::ValueUnsafe { name: name.to_owned() })?;
    if let Some(what) = reader.misreads(value) {
        return Err(Error::ValueUnfit { name: name.to_owned(), reader, what });
    }
    let quote = if reader == Reader::Docker { "" } else { "'" };
    // Of the right size from the start: growing would leave copies behind in memory.
    let mut encoded = Zeroizing::new(String::with_capacity(value.len() + 2 * quote.len()));
    for part in [quote, value, quote] {
        encoded.push_str(part);
    }
    Ok(encoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(value: &str, reader: Option<Reader>) -> Result<String, Error> {
        encode(&Variable { name: "K", value }, reader).map(|encoded| encoded.to_string())
    }

    #[test]
    fn a_value_that_all_read_alike_stays_bare() {
        for reader in [None].into_iter().chain(Reader::ALL.map(Some)) {
            for value in ["", "Mtoken-_==", "web+M=,a/b:c@d.e%"] {
                assert_eq!(encoded(value, reader).unwrap(), value);
            }
        }
    }

    #[test]
    fn other_values_are_quoted_for_all_but_docker() {
        let value = "M=,mweb.gvs+M=;player_client=default,mweb";
        for reader in Reader::ALL {
            let quote = if reader == Reader::Docker { "" } else { "'" };
            assert_eq!(encoded(value, Some(reader)).unwrap(), format!("{quote}{value}{quote}"), "{reader}");
        }
        let error = encoded(value, None).unwrap_err();
        assert_eq!(error.code(), "value-unsafe");
        let hint = error.hint().unwrap();
        assert!(hint.contains("reader = \"…\"") && hint.contains(&names()), "{hint}");
        assert!(!hint.contains(value) && !error.to_string().contains(value), "{error}");
    }

    #[test]
    fn a_value_that_a_reader_would_misread_is_refused_for_it() {
        use Reader::{Compose, Docker, Dotenv, Node, PythonDotenv, Shell, Systemd};
        let all_but_docker = [Shell, Compose, Node, Dotenv, PythonDotenv, Systemd];
        for (value, refusing) in [
            ("it's", &all_but_docker[..]),
            ("'a'", &Reader::ALL),
            ("\"a", &[Docker]),
            ("a\\", &all_but_docker),
            ("a\\b;", &[Compose, PythonDotenv, Systemd]),
            ("$a", &[Compose]),
            ("a;${b}", &[Compose, PythonDotenv]),
            ("{\"a\": \"b # c\"}", &[]),
            (" a ", &[]),
            ("#`é", &[]),
        ] {
            for reader in Reader::ALL {
                let result = encoded(value, Some(reader));
                assert_eq!(result.is_err(), refusing.contains(&reader), "{value} for {reader}");
                if let Err(error) = result {
                    let text = error.to_string();
                    assert_eq!(error.code(), "value-unfit");
                    assert!(text.contains(reader.name()) && !text.contains(value), "{text}");
                }
            }
        }
    }

    #[test]
    fn control_characters_are_refused_for_every_reader() {
        for reader in [None].into_iter().chain(Reader::ALL.map(Some)) {
            for value in ["a\nb", "a\r", "\0", "a\tb", "\u{7f}", "\u{85}", "\u{2028}"] {
                assert_eq!(encoded(value, reader).unwrap_err().code(), "value-control", "{value:?}");
            }
        }
    }

    #[test]
    fn a_reader_is_known_by_its_name() {
        for reader in Reader::ALL {
            assert_eq!(reader.to_string().parse(), Ok(reader));
            assert_eq!(Reader::try_from(reader.name().to_owned()), Ok(reader));
        }
        let error = "podman".parse::<Reader>().unwrap_err().to_string();
        assert!(error.contains("podman") && error.contains("python-dotenv, systemd"), "{error}");
    }
}
