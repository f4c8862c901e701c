//! The programs that read `.env` files, and how each is made to read a value as it is.

use std::{fmt, str::FromStr};

use serde::Deserialize;
use zeroize::Zeroizing;

use super::EnvFileError;
use crate::sink::Variable;

/// A program that reads the file by rules of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub enum Reader {
    /// `. ./.env` in sh, bash and their like.
    Shell,
    /// `docker run --env-file`, which knows no quotes, no comment after a value and no `export`.
    Docker,
    /// `env_file` and `${NAME}` of `docker compose`, and of `docker-compose` since 1.26.
    Compose,
    /// `node --env-file`.
    Node,
    /// npm's dotenv.
    Dotenv,
    /// python-dotenv.
    PythonDotenv,
    /// `EnvironmentFile=` of a systemd unit, which knows quotes, but no comment after a value and no `export`.
    Systemd,
}

impl Reader {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Shell,
        Self::Docker,
        Self::Compose,
        Self::Node,
        Self::Dotenv,
        Self::PythonDotenv,
        Self::Systemd,
    ];

    /// `shell`, `docker`, …
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

    /// What is in `value` that this reader would not give its program as it is, in all of its versions; said so that
    /// "the value holds" may stand before it.
    fn misreads(self, value: &str) -> Option<&'static str> {
        const QUOTE: (&str, &str) = ("'", "a single quote");
        const BACKSLASH: (&str, &str) = ("\\", "a backslash");
        // To npm's dotenv and to node 20.6 a quote after a backslash does not close.
        let ends_in_backslash = value.ends_with('\\').then_some("a backslash at its end");
        let first_of = |signs: &[(&str, &'static str)]| {
            signs.iter().find(|(sign, _)| value.contains(sign)).map(|(_, what)| *what)
        };
        match self {
            // Shells have no trouble with that backslash, but our own next look at the line would.
            Self::Shell | Self::Node | Self::Dotenv => first_of(&[QUOTE]).or(ends_in_backslash),
            // A change that takes off a pair of quotes has been proposed several times (docker/cli 3630).
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

impl fmt::Display for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that is no [`Reader`]'s.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no reader of .env files; it is one of {names}", names = names())]
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

/// All their names, separated by commas.
pub(super) fn names() -> String {
    Reader::ALL.map(Reader::name).join(", ")
}

/// The value as it is to stand in the file.
///
/// Bare where every reader reads it as itself: docker takes quotes for a part of the value. Else between single
/// quotes, which all others read alike.
pub(crate) fn written(
    variable: &Variable<'_>,
    reader: Option<Reader>,
) -> Result<Zeroizing<String>, EnvFileError> {
    let Variable { name, value } = *variable;
    let alike = |byte: u8| byte.is_ascii_alphanumeric() || b"_.,:/@%+=-".contains(&byte);
    if value.bytes().all(alike) {
        return Ok(Zeroizing::new(value.to_owned()));
    }
    // The last two end a line in JavaScript.
    if value.chars().any(|sign| sign.is_control() || matches!(sign, '\u{2028}' | '\u{2029}')) {
        return Err(EnvFileError::ValueControl { name: name.to_owned() });
    }
    let reader = reader.ok_or_else(|| EnvFileError::ValueUnsafe { name: name.to_owned() })?;
    if let Some(what) = reader.misreads(value) {
        return Err(EnvFileError::ValueUnfit { name: name.to_owned(), reader, what });
    }
    let quote = if reader == Reader::Docker { "" } else { "'" };
    // Of the right size from the start: growing would leave copies behind in memory.
    let mut written = Zeroizing::new(String::with_capacity(value.len() + 2 * quote.len()));
    for part in [quote, value, quote] {
        written.push_str(part);
    }
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(value: &str, reader: Option<Reader>) -> Result<String, EnvFileError> {
        let written = super::written(&Variable { name: "K", value }, reader);
        written.map(|written| written.to_string())
    }

    #[test]
    fn what_all_read_alike_is_bare_whoever_reads() {
        for reader in [None].into_iter().chain(Reader::ALL.map(Some)) {
            for value in ["", "Mtoken-_==", "web+M=,a/b:c@d.e%"] {
                assert_eq!(written(value, reader).unwrap(), value);
            }
        }
    }

    #[test]
    fn what_backends_need_is_quoted_for_all_but_docker() {
        let value = "M=,mweb.gvs+M=;player_client=default,mweb";
        for reader in Reader::ALL {
            let quote = if reader == Reader::Docker { "" } else { "'" };
            assert_eq!(written(value, Some(reader)).unwrap(), format!("{quote}{value}{quote}"), "{reader}");
        }
        let error = written(value, None).unwrap_err();
        assert_eq!(error.code(), "value-unsafe");
        let text = error.to_string();
        assert!(
            text.contains("reader = \"…\"") && text.contains(&names()) && !text.contains(value),
            "{text}"
        );
    }

    #[test]
    fn what_a_reader_cannot_hold_is_refused_for_it() {
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
                let result = written(value, Some(reader));
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
                assert_eq!(written(value, reader).unwrap_err().code(), "value-control", "{value:?}");
            }
        }
    }

    #[test]
    fn a_reader_is_known_by_its_name() {
        for reader in Reader::ALL {
            assert_eq!(reader.to_string().parse(), Ok(reader));
            let quoted = serde_json::to_string(reader.name()).unwrap();
            assert_eq!(serde_json::from_str::<Reader>(&quoted).unwrap(), reader);
        }
        let error = "podman".parse::<Reader>().unwrap_err().to_string();
        assert!(error.contains("podman") && error.contains("python-dotenv, systemd"), "{error}");
    }
}
