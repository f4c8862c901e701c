//! Reads what a person pastes: any text that holds exactly one token.

use super::beside::Beside;
use super::encoded;
use super::scan::{self, Found, client_before};
use super::why::why_none;
use potbridge_protocol::youtube::{Address, MediaAddress};
use potbridge_protocol::{Client, Code, Context, NotAToken, PoToken, Problem, VideoId, VisitorData};
use std::ops::Range;

/// A token and what the pasted text said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pasted {
    /// The token.
    pub token: PoToken,
    /// The client, by YouTube's name for it or by yt-dlp's.
    pub client: Option<Client>,
    /// The context.
    pub context: Option<Context>,
    /// The video.
    pub video_id: Option<VideoId>,
    /// The visitor.
    pub visitor_data: Option<VisitorData>,
}

/// Why nothing is taken from a text.
#[derive(Debug, PartialEq, Eq)]
pub enum NotPasted {
    /// It holds no token.
    NotAToken(NotAToken),
    /// It holds several different ones: the fingerprint of each, and where it stands first.
    Several(Vec<String>),
}

impl From<NotPasted> for crate::Error {
    fn from(why: NotPasted) -> Self {
        match why {
            NotPasted::NotAToken(why) => Self::NotAToken(why),
            NotPasted::Several(all) => {
                let (named, more) = all.split_at(all.len().min(MAX_NAMED));
                let more = if more.is_empty() { String::new() } else { format!(", and {} more", more.len()) };
                let message = format!(
                    "there are {} different tokens in this text: {}{more}",
                    all.len(),
                    named.join(", ")
                );
                let hint = "paste one of them alone, or the one request that carries it";
                Self::Problem(Problem::new(Code::NotAToken, message).with_hint(hint))
            }
        }
    }
}

/// A token's address, if it stands in one: the address without escapes.
struct Url(String);

/// The most tokens that are named.
const MAX_NAMED: usize = 5;

/// The most places of one token that are looked at.
const MAX_PLACES: usize = 8;

/// Reads the one token of a text.
///
/// It may stand there several times, in several spellings. For each client and context before it (`web.gvs+TOKEN`) it is given
/// once.
///
/// # Errors
/// [`NotPasted`] if there is none, or more than one.
pub fn read(text: &[u8]) -> Result<Vec<Pasted>, NotPasted> {
    let found = scan::tokens(text);
    let parts = encoded::parts(text);
    let in_parts = parts.iter().flat_map(|part| part.found.iter().map(|found| (&found.token, part.at)));
    let mut different: Vec<(&PoToken, usize)> = Vec::new();
    for (token, at) in found.iter().map(|found| (&found.token, found.at)).chain(in_parts) {
        if different.iter().all(|(known, _)| *known != token) {
            different.push((token, at));
        }
    }
    match different.as_slice() {
        [] => return Err(NotPasted::NotAToken(why_none(text))),
        [_] => {}
        several => {
            let name =
                |(token, at): &(&PoToken, usize)| format!("{} ({})", token.fingerprint(), place(text, *at));
            return Err(NotPasted::Several(several.iter().map(name).collect()));
        }
    }
    let beside = Beside::new(text);
    let mut all = described(text, &beside, &found);
    // A request's body says the most of its token.
    for part in parts.iter().rev() {
        let of_part = described(&part.text, &Beside::new(&part.text), &part.found);
        // The headers stand beside the encoded body.
        let visitor_data = beside.visitor_data(std::slice::from_ref(&(part.at..part.at)));
        if all.is_empty() {
            all.clone_from(&of_part);
        }
        for (each, known) in all.iter_mut().zip(of_part.iter().cycle()) {
            let visitor_data = known.visitor_data.clone().or_else(|| visitor_data.clone());
            each.client = known.client.clone().or(each.client.take());
            each.video_id = known.video_id.clone().or(each.video_id.take());
            each.visitor_data = visitor_data.or(each.visitor_data.take());
        }
    }
    Ok(all)
}

fn place(text: &[u8], at: usize) -> String {
    let line = text[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
    let start = text[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    let column = String::from_utf8_lossy(&text[start..at]).chars().count() + 1;
    format!("line {line}, column {column}")
}

/// What a text says of its one token.
fn described(text: &[u8], beside: &Beside<'_>, found: &[Found]) -> Vec<Pasted> {
    let Some(Found { token, .. }) = found.first() else { return Vec::new() };
    let places: Vec<_> = found.iter().take(MAX_PLACES).map(|found| found.at..found.end).collect();
    let urls: Vec<Url> = places.iter().filter_map(|place| Url::around(text, place)).collect();
    let of_urls = |read: &dyn Fn(&Url) -> Option<VideoId>| urls.iter().find_map(read);
    let video_id = of_urls(&Url::video_id).or_else(|| beside.video_id(&places));
    let visitor_data = beside.visitor_data(&places);

    let one = |client, context| Pasted {
        token: token.clone(),
        client,
        context,
        video_id: video_id.clone(),
        visitor_data: visitor_data.clone(),
    };
    let mut all: Vec<Pasted> = Vec::new();
    for (client, context) in places.iter().filter_map(|place| client_before(text, place.start)) {
        let pasted = one(Some(client), context);
        if !all.contains(&pasted) {
            all.push(pasted);
        }
    }
    if all.is_empty() {
        let client = urls.iter().find_map(Url::client).or_else(|| beside.client(&places));
        // One token for several kinds of requests is one for media.
        all.push(one(client, urls.iter().map(Url::context).max_by_key(|context| *context == Context::Gvs)));
    }
    all
}

impl Url {
    fn around(text: &[u8], token: &Range<usize>) -> Option<Self> {
        let ends = |byte: &u8| byte.is_ascii_whitespace() || b"\"'`<>{}|".contains(byte) || !byte.is_ascii();
        let start = text[..token.start].iter().rposition(ends).map_or(0, |end| end + 1);
        let end = text[token.end..].iter().position(ends).map_or(text.len(), |length| token.end + length);
        let text = std::str::from_utf8(&text[start..end]).ok()?;
        let at = text[..token.start - start].rfind("http")?;
        let plain = text[at..]
            .trim_end_matches('\\')
            .replace("\\/", "/")
            .replace("\\u0026", "&")
            .replace("&amp;", "&");
        plain.contains("://").then_some(Self(plain))
    }

    fn address(&self) -> Option<Address<'_>> {
        Address::of_link(&self.0)
    }

    fn is_of_captions(&self) -> bool {
        self.address().is_some_and(|address| address.path.ends_with("/timedtext"))
    }

    fn context(&self) -> Context {
        if self.is_of_captions() { Context::Subs } else { Context::Gvs }
    }

    fn video_id(&self) -> Option<VideoId> {
        let address = self.address()?;
        if self.is_of_captions() {
            VideoId::new(address.query_field("v")?).ok()
        } else {
            MediaAddress::new(address).video_id()
        }
    }

    fn client(&self) -> Option<Client> {
        let address = self.address()?;
        Client::new(address.query_field("c")?, address.query_field("cver")).ok()
    }
}

impl Drop for Url {
    /// It holds the token.
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.0);
    }
}

#[cfg(test)]
mod tests;
