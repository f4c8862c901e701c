//! JSON values as JavaScript reads them.
//!
//! bgutil's server is written in JavaScript, and takes whatever has the right truth. So its clients send `"true"`, `1` or
//! `null` where the protocol has a boolean, and numbers where it has a text.

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;
use zeroize::Zeroizing;

/// What a value is to JavaScript.
#[derive(Default)]
pub(super) enum Loose {
    /// `null`, `false`, `0`, `""`, or missing.
    #[default]
    Falsy,
    /// A text or a number, which is read as text.
    Text(Zeroizing<String>),
    /// `true`, an array or an object.
    Other,
}

impl Loose {
    pub(super) fn is_truthy(&self) -> bool {
        !matches!(self, Self::Falsy)
    }

    fn text(text: impl Into<String>) -> Self {
        Self::Text(Zeroizing::new(text.into()))
    }
}

impl<'de> Deserialize<'de> for Loose {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LooseVisitor)
    }
}

struct LooseVisitor;

impl<'de> Visitor<'de> for LooseVisitor {
    type Value = Loose;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Loose, E> {
        Ok(if value { Loose::Other } else { Loose::Falsy })
    }

    fn visit_i64<E>(self, number: i64) -> Result<Loose, E> {
        Ok(Loose::text(number.to_string()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Loose, E> {
        Ok(if number == 0 { Loose::Falsy } else { Loose::text(number.to_string()) })
    }

    /// Numbers over 64 bits come so as well. They are written as JavaScript writes them: without an exponent.
    fn visit_f64<E>(self, number: f64) -> Result<Loose, E> {
        Ok(if number == 0.0 { Loose::Falsy } else { Loose::text(number.to_string()) })
    }

    fn visit_str<E>(self, text: &str) -> Result<Loose, E> {
        Ok(if text.is_empty() { Loose::Falsy } else { Loose::text(text) })
    }

    fn visit_unit<E>(self) -> Result<Loose, E> {
        Ok(Loose::Falsy)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Loose, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Loose::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Loose, A::Error> {
        while fields.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Loose::Other)
    }
}
