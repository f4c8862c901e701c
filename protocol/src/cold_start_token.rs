//! The cold-start token: what the player sends before it has a real one.

use crate::token::{COLD_START, decode};
use std::fmt;

/// A decoded cold-start token. Recognised and counted, never delivered.
///
/// YouTube takes it for about a minute; embedded players send nothing else. Its bytes are `22 L k0 k1 …`,
/// where `L` counts what follows it and every byte after the two keys is XORed with the key of its
/// parity. Beneath are: one unknown byte, the client's state, the time (u32, big endian), the binding.
#[derive(Clone, PartialEq, Eq)]
pub struct ColdStartToken {
    /// The player's own state: 1 and 2 were seen.
    pub client_state: u8,
    /// When it was made, in seconds since 1970.
    pub made_at: u32,
    /// Visitor data or an account's id, in clear. Empty in many.
    binding: String,
}

impl ColdStartToken {
    /// Decodes the text of a request's `poToken` or `pot`. `None` if it is anything else.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        Self::from_bytes(&decode(text).ok()?)
    }

    /// Decodes raw bytes. `None` if they are anything else.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let [COLD_START, length, payload @ ..] = bytes else {
            return None;
        };
        if usize::from(*length) != payload.len() {
            return None;
        }
        let (key, hidden) = payload.split_at_checked(2)?;
        let clear: Vec<u8> = hidden.iter().zip(key.iter().cycle()).map(|(byte, key)| byte ^ key).collect();
        let [_unknown, client_state, a, b, c, d, binding @ ..] = clear.as_slice() else {
            return None;
        };
        Some(Self {
            client_state: *client_state,
            made_at: u32::from_be_bytes([*a, *b, *c, *d]),
            binding: String::from_utf8(binding.to_vec()).ok()?,
        })
    }

    /// What it is bound to, in clear: visitor data or an account's id. Not for logs.
    #[must_use]
    pub fn expose_binding(&self) -> &str {
        &self.binding
    }
}

impl fmt::Debug for ColdStartToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ColdStartToken")
            .field("client_state", &self.client_state)
            .field("made_at", &self.made_at)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_published_vectors_decode() {
        let embed = ColdStartToken::new("IghOa09qJ1uTqg==").unwrap();
        assert_eq!((embed.client_state, embed.made_at), (1, 1_764_810_177)); // 2025-12-04T01:02:57Z
        assert_eq!(embed.expose_binding(), "");

        let player = ColdStartToken::new("IgisnKyexBvmZg==").unwrap();
        assert_eq!((player.client_state, player.made_at), (2, 1_753_697_018)); // 2025-07-28T10:03:38Z
        assert_eq!(player.expose_binding(), "");
    }

    #[test]
    fn only_expose_shows_the_binding_in_clear() {
        for (text, begins) in [
            ("IjjiOuI8hJLy2qFdlni7UaxRsG24coN_jkuxQ4hcjVuhC6BQq3GhXah-s2irf6Vdo12ke8cJph_Rfg==", "Cg"),
            ("Ih86BzoGXEeReQs3CjcKNwo3CjcKNwo3CjcKNwo3C3tG", "1"),
        ] {
            let placeholder = ColdStartToken::new(text).unwrap();
            assert!(placeholder.expose_binding().starts_with(begins), "{}", placeholder.expose_binding());
            assert!(!format!("{placeholder:?}").contains(placeholder.expose_binding()));
        }
    }

    #[test]
    fn a_real_token_is_no_placeholder() {
        assert_eq!(ColdStartToken::new(&crate::token::tests::token_of(&[9; 83])), None);
    }

    proptest! {
        #[test]
        fn hostile_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = ColdStartToken::from_bytes(&bytes);
        }
    }
}
