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

/// What should be a number of 0 and more, without its fraction; 0 if it is absent, negative or of another type.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct LenientNumber(pub(crate) u64);

/// What should be true or false; nothing if it is absent or of another type.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct LenientFlag(pub(crate) Option<bool>);

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

impl<'de> Deserialize<'de> for LenientNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumberVisitor)
    }
}

impl<'de> Deserialize<'de> for LenientFlag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FlagVisitor)
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

        fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
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

/// What a visitor makes of a type that is not its own.
macro_rules! no_flag_but {
    ($other:expr) => {
        fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
            Ok($other)
        }
    };
}

macro_rules! no_number_but {
    ($other:expr) => {
        fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
            Ok($other)
        }

        fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
            Ok($other)
        }
    };
}

macro_rules! no_text_but {
    ($other:expr) => {
        fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
            Ok($other)
        }
    };
}

macro_rules! no_object_but {
    ($other:expr) => {
        fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Self::Value, A::Error> {
            while fields.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            Ok($other)
        }
    };
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = LenientText<'de>;

    any_other_is! { LenientText::WrongType;
        no_flag_but!(LenientText::WrongType);
        no_number_but!(LenientText::WrongType);
        no_object_but!(LenientText::WrongType);

        fn visit_borrowed_str<E>(self, text: &'de str) -> Result<LenientText<'de>, E> {
            Ok(LenientText::Text(Cow::Borrowed(text)))
        }

        fn visit_str<E>(self, text: &str) -> Result<LenientText<'de>, E> {
            Ok(LenientText::Text(Cow::Owned(text.to_owned())))
        }
    }
}

struct NumberVisitor;

impl<'de> Visitor<'de> for NumberVisitor {
    type Value = LenientNumber;

    any_other_is! { LenientNumber(0);
        no_flag_but!(LenientNumber(0));
        no_text_but!(LenientNumber(0));
        no_object_but!(LenientNumber(0));

        fn visit_u64<E>(self, number: u64) -> Result<LenientNumber, E> {
            Ok(LenientNumber(number))
        }

        fn visit_f64<E>(self, number: f64) -> Result<LenientNumber, E> {
            Ok(LenientNumber(number as u64))
        }
    }
}

struct FlagVisitor;

impl<'de> Visitor<'de> for FlagVisitor {
    type Value = LenientFlag;

    any_other_is! { LenientFlag(None);
        no_number_but!(LenientFlag(None));
        no_text_but!(LenientFlag(None));
        no_object_but!(LenientFlag(None));

        fn visit_bool<E>(self, flag: bool) -> Result<LenientFlag, E> {
            Ok(LenientFlag(Some(flag)))
        }
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = LenientObject<T>;

    any_other_is! { LenientObject(None);
        no_flag_but!(LenientObject(None));
        no_number_but!(LenientObject(None));
        no_text_but!(LenientObject(None));

        fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<LenientObject<T>, A::Error> {
            T::deserialize(MapAccessDeserializer::new(fields)).map(Some).map(LenientObject)
        }
    }
}
