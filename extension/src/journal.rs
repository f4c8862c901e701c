//! Joins tokens with the videos of their playbacks, and with the token requests that they answer.
//!
//! Media requests name a playback by its `cpn` and no video; other requests tell which video the playback plays, before
//! or after. The journal holds no clock and no storage. The browser stores the entries, and an earlier background
//! script's entries are taken up by [`Journal::recall`].

mod open_request;
mod stored;
mod token;

pub use open_request::OpenRequest;

use potbridge_protocol::lifetime::FRESH_MS;
use potbridge_protocol::{Capture, Certainty, Cpn, Playing, ShortText, TokenInfo, VideoId};
use serde::Serialize;
use std::collections::VecDeque;
use stored::Stored;
use token::{Playback, Token};

/// The most playbacks whose video is remembered. Beyond it, the oldest is forgotten.
const MAX_PLAYBACKS: usize = 500;

/// What is known of the tokens and playbacks of one browser profile.
#[derive(Debug, Default)]
pub struct Journal {
    /// The oldest first.
    tokens: Vec<Token>,
    /// The oldest first.
    videos: VecDeque<(Playback, VideoId)>,
    requests: Vec<OpenRequest>,
    /// The number of the newest entry.
    last: u64,
}

/// What the journal made of something new.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// The new entries, to be stored and sent to the host.
    pub entries: Vec<Entry>,
    /// The tokens of earlier entries whose video is known now.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub named: Vec<Named>,
    /// The names of the token requests that have their token now.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub answered: Vec<String>,
}

/// A token, or which video a playback plays.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// The entry's name: a number that counts up.
    pub id: String,
    /// The token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capture: Option<Box<Capture>>,
    /// What may be shown of the token, with its video as far as any request told it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<TokenInfo>,
    /// Which video a playback plays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub playing: Option<Playing>,
}

/// The video of a token, as a request of its playback told it.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Named {
    /// The name of the token's entry.
    pub id: String,
    /// The video.
    pub video_id: VideoId,
    /// How sure the video is.
    pub certainty: Certainty,
}

impl Journal {
    /// Takes up an entry that an earlier background script of the same browser stored, as JSON. The oldest comes first.
    ///
    /// An entry that is not one of the journal's is passed over.
    pub fn recall(&mut self, entry: &str) {
        let Some((id, stored)) = Stored::parse(entry) else { return };
        self.last = self.last.max(id.parse().unwrap_or_default());
        match stored {
            Stored::Token(token) => self.tokens.push(token),
            Stored::Playing(playback, video_id) => self.remember(playback, video_id),
        }
    }

    /// Adds a token. If another request told the video of its playback, the token is named by it.
    pub fn add_capture(&mut self, capture: Box<Capture>, changes: &mut Changes) {
        let mut info = TokenInfo::from(&*capture);
        if info.video_id.is_none()
            && let Some(video) = self.video_of(capture.cpn.as_ref(), capture.session.container.as_ref())
        {
            info.video_id = Some(video.clone());
            info.certainty = Certainty::Certain;
        }
        let token = Token::new(self.next_id(), &capture, &info);
        self.end_answered(&token, changes);
        changes.entries.push(Entry {
            id: token.id.clone(),
            capture: Some(capture),
            token: Some(info),
            playing: None,
        });
        self.tokens.push(token);
    }

    /// Adds which video a playback plays, and names the tokens of the playback by it.
    pub fn add_playing(&mut self, playing: Playing, changes: &mut Changes) {
        let playback = Playback { cpn: playing.cpn.clone(), container: playing.session.container.clone() };
        let mut tokens = std::mem::take(&mut self.tokens);
        for token in tokens.iter_mut().filter(|token| token.is_unnamed_of(&playback)) {
            token.video_id = Some(playing.video_id.clone());
            changes.named.push(Named {
                id: token.id.clone(),
                video_id: playing.video_id.clone(),
                certainty: Certainty::Certain,
            });
            self.end_answered(token, changes);
        }
        self.tokens = tokens;
        self.remember(playback, playing.video_id.clone());
        let id = self.next_id();
        changes.entries.push(Entry { id, capture: None, token: None, playing: Some(playing) });
    }

    /// The host names the video of an entry's token, which another browser's request may have told it.
    ///
    /// Gives the token requests that this answers. `None` means that the video was known here, or the entry is not.
    pub fn name(&mut self, id: &str, video_id: &VideoId) -> Option<Vec<String>> {
        let at = self.tokens.iter().position(|token| token.id == id && token.video_id.is_none())?;
        let mut token = self.tokens.remove(at);
        token.video_id = Some(video_id.clone());
        let mut changes = Changes::default();
        self.end_answered(&token, &mut changes);
        self.tokens.insert(at, token);
        Some(changes.answered)
    }

    /// Takes a token request. Gives the entries whose fresh tokens answer it; if none does, the request stays open.
    ///
    /// `now` is in milliseconds since 1970.
    pub fn request_token(&mut self, request: OpenRequest, now: u64) -> Vec<String> {
        let is_fresh = |token: &&Token| token.captured_at.saturating_add(FRESH_MS) > now;
        let answers = self.tokens.iter().filter(is_fresh).filter(|token| request.is_answered_by(token));
        let answers: Vec<_> = answers.map(|token| token.id.clone()).collect();
        if answers.is_empty() {
            self.requests.push(request);
        }
        answers
    }

    /// Nobody waits for this token request any more.
    pub fn drop_request(&mut self, id: &str) {
        self.requests.retain(|request| request.id != id);
    }

    /// The browser no longer stores this entry.
    pub fn forget(&mut self, id: &str) {
        self.tokens.retain(|token| token.id != id);
    }

    fn next_id(&mut self) -> String {
        self.last = self.last.saturating_add(1);
        self.last.to_string()
    }

    fn video_of(&self, cpn: Option<&Cpn>, container: Option<&ShortText>) -> Option<&VideoId> {
        let cpn = cpn?;
        let is_same = |playback: &Playback| (&playback.cpn, playback.container.as_ref()) == (cpn, container);
        self.videos.iter().find(|(playback, _)| is_same(playback)).map(|(_, video)| video)
    }

    fn remember(&mut self, playback: Playback, video_id: VideoId) {
        self.videos.retain(|(known, _)| *known != playback);
        if self.videos.len() >= MAX_PLAYBACKS {
            self.videos.pop_front();
        }
        self.videos.push_back((playback, video_id));
    }

    /// Ends the token requests that a token answers.
    fn end_answered(&mut self, token: &Token, changes: &mut Changes) {
        self.requests.retain_mut(|request| {
            let is_answered = request.is_answered_by(token);
            if is_answered {
                changes.answered.push(std::mem::take(&mut request.id));
            }
            !is_answered
        });
    }
}

#[cfg(test)]
mod tests;
