use sha2::{Digest, Sha256};

/// What may be shown of a token: its first four and last two characters, or only its length where that would be most of it.
pub(crate) fn masked(token: &str) -> String {
    let characters: Vec<char> = token.chars().collect();
    if characters.len() < 16 {
        return format!("({} characters)", characters.len());
    }
    let first: String = characters[..4].iter().collect();
    let last: String = characters[characters.len() - 2..].iter().collect();
    format!("{first}…{last}")
}

/// Lower-case hexadecimal SHA-256 of the token's characters: lets a checker compare tokens that it is not shown.
pub(crate) fn sha256_hex(token: &str) -> String {
    Sha256::digest(token.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_shows_four_and_two_characters_and_nothing_of_a_short_value() {
        assert_eq!(masked("MlN5xBIfxghX3_78dLmZzA=="), "MlN5…==");
        assert_eq!(masked("IghOa09qJ1u"), "(11 characters)");
    }

    #[test]
    fn the_hash_is_the_one_that_sha256sum_prints() {
        assert_eq!(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
