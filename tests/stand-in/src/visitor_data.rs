use std::io;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::prelude::{BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD, Engine};
use percent_encoding::percent_decode_str;

use crate::behaviour::{Escaped, VisitorDataForm};

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The cookie with a visitor's id. Visitor data is made from it.
pub(crate) const COOKIE: &str = "VISITOR_INFO1_LIVE";
/// For how long a browser keeps it, also while it is closed: 180 days.
pub(crate) const COOKIE_SECONDS: u32 = 180 * 24 * 60 * 60;

/// The header with visitor data.
pub(crate) const HEADER: &str = "x-goog-visitor-id";

/// A new visitor's id: eleven random base64url characters.
pub(crate) fn new_id() -> io::Result<String> {
    Ok(random(11)?.iter().map(|byte| ALPHABET[usize::from(byte & 63)] as char).collect())
}

/// The visitor's id in a browser's cookies, if it has the right shape.
pub(crate) fn id_in_cookies(cookies: &str) -> Option<&str> {
    cookie(cookies, COOKIE).filter(|id| is_id(id))
}

/// The value of a cookie in a `Cookie` header.
pub(crate) fn cookie<'a>(cookies: &'a str, wanted: &str) -> Option<&'a str> {
    let pairs = cookies.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.into_iter().find(|(name, _)| *name == wanted).map(|(_, value)| value)
}

/// Whether this has the shape of a visitor's id.
pub(crate) fn is_id(id: &str) -> bool {
    id.len() == 11 && id.bytes().all(|byte| ALPHABET.contains(&byte))
}

/// The visitor's id in visitor data, if that has the shape that [`data`] makes.
pub(crate) fn id_in_data(data: &str) -> Option<String> {
    let plain = percent_decode_str(data).decode_utf8().ok()?;
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(plain.trim_end_matches('=')).ok()?;
    let id = bytes.strip_prefix(&[0x0a, 0x0b])?.get(..11)?;
    String::from_utf8(id.to_vec()).ok().filter(|id| is_id(id))
}

/// Visitor data in the shape of 2024 to 2026.
///
/// It is base64url. The bytes are a protobuf message: field 1 is the visitor's id, field 5 the time in seconds, field 6 the
/// country and one small random number. Longer ones, seen in 2026, have another field, whose meaning is unknown.
pub(crate) fn data(id: &str, now: SystemTime, form: VisitorDataForm) -> io::Result<String> {
    let seconds = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let mut bytes = vec![0x0a, 0x0b];
    bytes.extend_from_slice(id.as_bytes());
    bytes.push(0x28);
    push_varint(&mut bytes, seconds);
    bytes.extend_from_slice(&[0x32, 0x0a, 0x0a, 0x02, b'D', b'E', 0x12, 0x04, 0x1a, 0x00, 0x20]);
    bytes.push(random(1)?[0] & 0x7f);
    // All lengths that were seen end in two padding characters.
    let more = (form.length / 4 * 3 - 2).saturating_sub(bytes.len());
    if more > 2 {
        let key_and_length = if more - 2 < 128 { 2 } else { 3 };
        bytes.push(0x5a);
        push_varint(&mut bytes, (more - key_and_length) as u64);
        bytes.extend_from_slice(&random(more - key_and_length)?);
    }
    Ok(match form.escaped {
        Escaped::Always | Escaped::Turn => BASE64_URL_SAFE.encode(bytes).replace('=', "%3D"),
        Escaped::Never => BASE64_URL_SAFE.encode(bytes),
        Escaped::Unpadded => BASE64_URL_SAFE_NO_PAD.encode(bytes),
    })
}

/// `count` random bytes as base64url, for the opaque parts of a page.
pub(crate) fn opaque(count: usize) -> io::Result<String> {
    Ok(BASE64_URL_SAFE.encode(random(count)?).replace('=', "%3D"))
}

/// A made-up account id: `||` after 21 digits, as `DATASYNC_ID` has it.
pub(crate) fn account() -> io::Result<String> {
    let digits: String = random(20)?.iter().map(|byte| char::from(b'0' + byte % 10)).collect();
    Ok(format!("1{digits}||"))
}

/// A value for the cookie `LOGIN_INFO`, opaque and long as the real one.
pub(crate) fn login_info() -> io::Result<String> {
    Ok(BASE64_URL_SAFE.encode(random(90)?))
}

fn random(count: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; count];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(bytes)
}

fn push_varint(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn visitor_data_has_the_shape_seen_on_youtube() {
        let now = UNIX_EPOCH + Duration::from_secs(1_788_000_000);
        // The third character holds the top bits of the id's first one: `t` before a letter or `_`, `s` before a digit or `-`.
        for (id, start) in
            [("fK4rMYG3oZL", "Cgt"), ("_K4rMYG3oZL", "Cgt"), ("8Yq24FmVtGw", "Cgs"), ("-Yq24FmVtGw", "Cgs")]
        {
            let data = data(id, now, VisitorDataForm::default()).unwrap();
            assert_eq!(data.len(), 48, "{data}");
            assert!(data.starts_with(start) && data.ends_with("%3D%3D"), "{data}");
            assert_eq!(id_in_data(&data).as_deref(), Some(id));
        }
    }

    #[test]
    fn visitor_data_has_the_asked_length_and_padding() {
        for length in [44, 48, 164, 168, 172, 176, 520, 608] {
            for (escaped, end) in
                [(Escaped::Always, "%3D%3D"), (Escaped::Never, "=="), (Escaped::Unpadded, "")]
            {
                let form = VisitorDataForm { length, escaped };
                let data =
                    data("fK4rMYG3oZL", UNIX_EPOCH + Duration::from_secs(1_788_000_000), form).unwrap();
                assert_eq!(data.len(), length - 2 + end.len(), "{data}");
                assert!(data.ends_with(end), "{data}");
                assert_eq!(id_in_data(&data).as_deref(), Some("fK4rMYG3oZL"));
            }
        }
    }

    #[test]
    fn the_cookie_holds_the_visitors_id() {
        assert_eq!(id_in_cookies("PREF=f6; VISITOR_INFO1_LIVE=fK4rMYG3oZL; YSC=x"), Some("fK4rMYG3oZL"));
        assert_eq!(id_in_cookies("VISITOR_INFO1_LIVE=\"><script>"), None);
        assert_eq!(id_in_cookies(""), None);
        assert_eq!(id_in_data("CgtmSzRyTQ"), None);
    }
}
