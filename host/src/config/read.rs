//! From TOML to the raw configuration.
//!
//! Unknown keys are refused with their line, since serde's own refusal cannot say which key is near.

use super::error::Mistake;
use super::keys::{instead_of, known_keys};
use super::raw::{
    Kind, RawBrowser, RawCommand, RawCommon, RawConfig, RawDownload, RawEnvFile, RawKeyring, RawLog,
    RawOnDemand, RawPlace, RawPrivateWindows, RawRedis, RawServe, RawSink, RawStore,
};
use serde::Deserialize;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer, ValueDeserializer};

/// The key of the sinks.
pub(super) const SINK: &str = "sink";

/// Reads the text of a configuration.
pub(super) fn read(text: &str) -> Result<RawConfig, Mistake> {
    let mistake = |error: toml::de::Error| unclear(text, &error);
    let mut root = DeTable::parse(text).map_err(mistake)?;
    let known = [&[SINK], known_keys::<RawConfig>()].concat();
    refuse_unknown(text, root.get_ref(), &known)?;
    for (section, known) in [
        ("store", known_keys::<RawStore>()),
        ("download", known_keys::<RawDownload>()),
        ("serve", known_keys::<RawServe>()),
        ("browser", known_keys::<RawBrowser>()),
        ("on_demand", known_keys::<RawOnDemand>()),
        ("log", known_keys::<RawLog>()),
        ("private_windows", known_keys::<RawPrivateWindows>()),
    ] {
        let section = root.get_ref().get(section).and_then(|value| value.get_ref().as_table());
        section.map_or(Ok(()), |table| refuse_unknown(text, table, known))?;
    }
    let sinks = match root.get_mut().remove(SINK) {
        None => Vec::new(),
        Some(value) => sinks(text, value)?,
    };
    let config = RawConfig::deserialize(Deserializer::from(root)).map_err(mistake)?;
    Ok(RawConfig { sinks, ..config })
}

fn sinks(text: &str, value: Spanned<DeValue<'_>>) -> Result<Vec<RawSink>, Mistake> {
    let span = value.span();
    match value.into_inner() {
        DeValue::Array(tables) => tables.into_iter().map(|table| sink(text, table)).collect(),
        _ => Err(at(text, span, "a sink is a table: write [[sink]]".to_owned())),
    }
}

pub(super) fn sink(text: &str, value: Spanned<DeValue<'_>>) -> Result<RawSink, Mistake> {
    let span = value.span();
    let DeValue::Table(mut own) = value.into_inner() else {
        return Err(at(text, span, "a sink is a table: write [[sink]]".to_owned()));
    };
    let mut common = DeTable::new();
    for key in known_keys::<RawCommon>() {
        common.extend(own.remove_entry(*key));
    }
    let common: RawCommon = table(text, common, &span)?;
    let place = match common.kind {
        Kind::EnvFile => RawPlace::EnvFile(place::<RawEnvFile>(text, own, &span)?),
        Kind::Keyring => RawPlace::Keyring(place::<RawKeyring>(text, own, &span)?),
        Kind::Command => RawPlace::Command(place::<RawCommand>(text, own, &span)?),
        Kind::Redis => RawPlace::Redis(place::<RawRedis>(text, own, &span)?),
    };
    Ok(RawSink { line: line(text, &span), common, place })
}

/// The keys of one kind of sink.
fn place<'de, T: Deserialize<'de>>(text: &str, own: DeTable<'de>, span: &Range<usize>) -> Result<T, Mistake> {
    refuse_unknown(text, &own, &[known_keys::<T>(), known_keys::<RawCommon>()].concat())?;
    table(text, own, span)
}

/// A table by itself, such as `[store]`.
pub(super) fn section<'de, T: Deserialize<'de>>(
    text: &str,
    section: Spanned<DeValue<'de>>,
) -> Result<T, Mistake> {
    let span = section.span();
    let DeValue::Table(own) = section.into_inner() else {
        return Err(at(text, span, "this is a table".to_owned()));
    };
    refuse_unknown(text, &own, known_keys::<T>())?;
    table(text, own, &span)
}

fn table<'de, T: Deserialize<'de>>(
    text: &str,
    table: DeTable<'de>,
    span: &Range<usize>,
) -> Result<T, Mistake> {
    let value = Spanned::new(span.clone(), DeValue::Table(table));
    T::deserialize(ValueDeserializer::from(value)).map_err(|error| unclear(text, &error))
}

fn refuse_unknown(text: &str, table: &DeTable<'_>, known: &[&str]) -> Result<(), Mistake> {
    match table.keys().find(|key| !known.contains(&key.get_ref().as_ref())) {
        None => Ok(()),
        Some(key) => {
            let mistake = at(text, key.span(), format!("unknown key `{}`", key.get_ref()));
            Err(Mistake { hint: Some(instead_of(key.get_ref(), known)), ..mistake })
        }
    }
}

/// Not the error's `Display`, which shows the whole line.
fn unclear(text: &str, error: &toml::de::Error) -> Mistake {
    let why = without_string(error.message());
    match error.span() {
        Some(span) => at(text, span, why),
        None => why.into(),
    }
}

/// serde's message without the string that it does not want, which may hold a password.
fn without_string(message: &str) -> String {
    let parts = message.split_once(": string \"").and_then(|(before, rest)| {
        let (_, expected) = rest.rsplit_once("\", expected ")?;
        Some(format!("{before}: a string, expected {expected}"))
    });
    parts.unwrap_or_else(|| message.to_owned())
}

fn at(text: &str, span: Range<usize>, why: String) -> Mistake {
    Mistake { line: line(text, &span), why, hint: None }
}

fn line(text: &str, span: &Range<usize>) -> Option<usize> {
    text.get(..span.start).map(|before| before.split('\n').count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_of_the_wrong_type_is_not_repeated() {
        let text = "[browser]\nextra_args = \"--proxy-server=http://me:s3cr3t\\\", expected @10.0.0.1\"";
        let Err(mistake) = read(text) else { panic!("it is read") };
        assert_eq!(mistake.line, Some(2));
        assert!(mistake.why.contains("a string, expected a sequence"), "{}", mistake.why);
        assert!(!mistake.why.contains("s3cr3t"), "{}", mistake.why);
    }
}
