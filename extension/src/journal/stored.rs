//! An entry as the browser stored it, which is read back into the journal.

use super::token::{Playback, Token, digest, is_music};
use super::videos::Told;
use crate::lenient_json::{LenientFlag, LenientNumber, LenientObject, LenientText};
use potbridge_protocol::{Certainty, Cpn, PoToken, ShortText, VideoId};
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
    token: LenientText<'a>,
    certainty: LenientText<'a>,
    host: LenientText<'a>,
    client: LenientText<'a>,
    cpn: LenientText<'a>,
    video_id: LenientText<'a>,
    session: LenientObject<Session<'a>>,
    captured_at: LenientNumber,
    at: LenientNumber,
}

#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct Session<'a> {
    container: LenientText<'a>,
    private: LenientFlag,
}

/// What a stored entry tells.
pub(super) enum Stored {
    Token(Token),
    Playing(Told),
}

impl Stored {
    /// Reads an entry, and gives its name beside it. `None` if it is not one of the journal's.
    pub(super) fn parse(entry: &str) -> Option<(String, Self)> {
        let LenientObject(entry) = serde_json::from_str::<LenientObject<StoredEntry<'_>>>(entry).ok()?;
        let entry = entry?;
        let id = entry.id.text()?.to_owned();
        if let (Some(capture), Some(info)) = (entry.capture.0, entry.token.0) {
            let token = PoToken::new(capture.token.text()?).ok()?;
            let token = Token {
                id: id.clone(),
                digest: digest(&token),
                has_video_shape: token.has_video_shape(),
                cpn: capture.cpn(),
                container: capture.container(),
                private: capture.private(),
                video_id: info.video_id(),
                certainty: info.certainty().unwrap_or(Certainty::Guess),
                music: is_music(capture.host.text().unwrap_or_default(), info.client.text()),
                captured_at: info.captured_at.0,
            };
            return Some((id, Self::Token(token)));
        }
        let playing = entry.playing.0?;
        let told = Told {
            id: id.clone(),
            playback: Playback {
                cpn: playing.cpn()?,
                container: playing.container(),
                private: playing.private(),
            },
            video_id: playing.video_id()?,
            certainty: playing.certainty().unwrap_or(Certainty::Certain),
            at: playing.at.0,
        };
        Some((id, Self::Playing(told)))
    }
}

impl Fields<'_> {
    fn certainty(&self) -> Option<Certainty> {
        self.certainty.text().map(Certainty::named)
    }

    fn cpn(&self) -> Option<Cpn> {
        Cpn::new(self.cpn.text()?).ok()
    }

    fn video_id(&self) -> Option<VideoId> {
        VideoId::new(self.video_id.text()?).ok()
    }

    fn container(&self) -> Option<ShortText> {
        ShortText::new(self.session.0.as_ref()?.container.text()?).ok()
    }

    fn private(&self) -> bool {
        self.session.0.as_ref().is_some_and(|session| session.private.0 == Some(true))
    }
}
