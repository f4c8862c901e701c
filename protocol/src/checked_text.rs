//! Texts of one shape: checked when they are made, and by serde too.

/// Gives a type `$name(String)` with `fn new(&str) -> Result<Self, $error>` what all such types have.
/// With `#[serde(try_from = "String", into = "String")]` on the type, nothing unchecked is ever read.
macro_rules! checked_text {
    ($name:ident, $error:ident) => {
        impl $name {
            /// The text itself.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = $error;

            fn try_from(text: String) -> Result<Self, $error> {
                Self::new(&text)
            }
        }

        impl From<$name> for String {
            fn from(checked: $name) -> Self {
                checked.0
            }
        }
    };
}

pub(crate) use checked_text;
