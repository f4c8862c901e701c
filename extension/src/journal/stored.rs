//! An entry as the browser stored it, which is read back into the journal.

use super::token::{Playback, Token, is_music};
use crate::lenient_json::{LenientNumber, LenientObject, LenientText};
use potbridge_protocol::{Cpn, ShortText, VideoId};
use serde::Deserialize;

/// A stored [`super::Entry`], as far as the journal needs it.
#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct StoredEntry<'a> {
    id: LenientText<'a>,
    capture: LenientObject<Fields<'a>>,
    token: LenientObject<Fields<'a>>,
    playing: LenientObject<Fields<'a>>,
}

/// The fields of a capture, a token's info and a playing: each has some of them.
#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct Fields<'a> {
    host: LenientText<'a>,
    client: LenientText<'a>,
    cpn: LenientText<'a>,
    video_id: LenientText<'a>,
    session: LenientObject<Session<'a>>,
    captured_at: LenientNumber,
}

#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct Session<'a> {
    container: LenientText<'a>,
}

/// What a stored entry tells.
pub(super) enum Stored {
    Token(Token),
    Playing(Playback, VideoId),
}

impl Stored {
    /// Reads an entry, and gives its name beside it. `None` if it is not one of the journal's.
    pub(super) fn parse(entry: &str) -> Option<(String, Self)> {
        let LenientObject(entry) = serde_json::from_str::<LenientObject<StoredEntry<'_>>>(entry).ok()?;
        let entry = entry?;
        let id = entry.id.text()?.to_owned();
        if let (Some(capture), Some(info)) = (entry.capture.0, entry.token.0) {
            let token = Token {
                id: id.clone(),
                cpn: capture.cpn(),
                container: capture.container(),
                video_id: info.video_id(),
                music: is_music(capture.host.text().unwrap_or_default(), info.client.text()),
                captured_at: info.captured_at.0,
            };
            return Some((id, Self::Token(token)));
        }
        let playing = entry.playing.0?;
        let playback = Playback { cpn: playing.cpn()?, container: playing.container() };
        Some((id, Self::Playing(playback, playing.video_id()?)))
    }
}

impl Fields<'_> {
    fn cpn(&self) -> Option<Cpn> {
        Cpn::new(self.cpn.text()?).ok()
    }

    fn video_id(&self) -> Option<VideoId> {
        VideoId::new(self.video_id.text()?).ok()
    }

    fn container(&self) -> Option<ShortText> {
        ShortText::new(self.session.0.as_ref()?.container.text()?).ok()
    }
}
