//! An entry as the browser stored it, which is read back into the journal.

use super::{Journal, Playback, Token, is_music};
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

impl Journal {
    /// Takes up an entry that an earlier background script of the same browser stored, as JSON. The oldest comes first.
    ///
    /// An entry that is not one of the journal's is passed over.
    pub fn recall(&mut self, entry: &str) {
        let Ok(LenientObject(Some(entry))) = serde_json::from_str::<LenientObject<StoredEntry<'_>>>(entry)
        else {
            return;
        };
        let Some(id) = entry.id.text() else { return };
        self.last = self.last.max(id.parse().unwrap_or_default());
        if let (Some(capture), Some(info)) = (entry.capture.0, entry.token.0) {
            self.tokens.push(Token {
                id: id.to_owned(),
                cpn: capture.cpn(),
                container: capture.container(),
                video_id: info.video_id(),
                music: is_music(capture.host.text().unwrap_or_default(), info.client.text()),
                captured_at: info.captured_at.0,
            });
        } else if let Some(playing) = entry.playing.0
            && let (Some(cpn), Some(video_id)) = (playing.cpn(), playing.video_id())
        {
            self.remember(Playback { cpn, container: playing.container() }, video_id);
        }
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
