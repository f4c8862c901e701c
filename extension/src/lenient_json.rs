//! JSON values that may be of another type than they should be.
//!
//! Such a value is lost alone: what stands beside it is kept. No type here makes an error of its own, which keeps the
//! texts of serde's errors out of the wasm.

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// What should be a text.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) enum LenientText<'a> {
    /// Absent, or null.
    #[default]
    Absent,
    Text(Cow<'a, str>),
    /// Of another type.
    WrongType,
}

impl LenientText<'_> {
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Absent | Self::WrongType => None,
        }
    }
}

/// What should be an object; nothing if it is absent or of another type.
#[derive(Debug)]
pub(crate) struct LenientObject<T>(pub(crate) Option<T>);

impl<T> Default for LenientObject<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for LenientText<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for LenientObject<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ObjectVisitor(PhantomData))
    }
}

/// Takes a value of any of JSON's types but those that `$others` takes.
macro_rules! any_other_is {
    ($other:expr; $($others:item)*) => {
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("any JSON value")
        }

        fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
            Ok($other)
        }

        fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
            Ok($other)
        }

        fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
            Ok($other)
        }

        fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
            Ok($other)
        }

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
            while items.next_element::<IgnoredAny>()?.is_some() {}
            Ok($other)
        }

        $($others)*
    };
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = LenientText<'de>;

    any_other_is! { LenientText::WrongType;
        fn visit_borrowed_str<E>(self, text: &'de str) -> Result<LenientText<'de>, E> {
            Ok(LenientText::Text(Cow::Borrowed(text)))
        }

        fn visit_str<E>(self, text: &str) -> Result<LenientText<'de>, E> {
            Ok(LenientText::Text(Cow::Owned(text.to_owned())))
        }

        fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<LenientText<'de>, A::Error> {
            while fields.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            Ok(LenientText::WrongType)
        }
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = LenientObject<T>;

    any_other_is! { LenientObject(None);
        fn visit_str<E>(self, _: &str) -> Result<LenientObject<T>, E> {
            Ok(LenientObject(None))
        }

        fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<LenientObject<T>, A::Error> {
            T::deserialize(MapAccessDeserializer::new(fields)).map(Some).map(LenientObject)
        }
    }
}
