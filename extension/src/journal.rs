//! Joins tokens with the videos of their playbacks, and with the token requests that they answer.
//!
//! Media requests name a playback by its `cpn` and no video; other requests tell which video the playback plays, before
//! or after. Until one does, the page that plays it may say what it shows: that is probable, and no more. The journal holds no clock and no storage. The browser stores the entries, and an earlier background
//! script's entries are taken up by [`Journal::recall`].

mod open_request;
mod page;
mod shown;
mod stored;
mod token;
mod videos;

pub use open_request::OpenRequest;

use crate::page_facts::is_of_tab;
use page::Senders;
use potbridge_protocol::lifetime::FRESH_MS;
use potbridge_protocol::{Capture, Certainty, Cpn, Playing, Session, TokenInfo, VideoId};
use serde::Serialize;
use shown::Shown;
use stored::Stored;
use token::{Playback, Token};
use videos::{Told, Videos};

/// What is known of the tokens and playbacks of one browser profile.
#[derive(Debug, Default)]
pub struct Journal {
    /// The oldest first.
    tokens: Vec<Token>,
    videos: Videos,
    senders: Senders,
    requests: Vec<OpenRequest>,
    /// The names of the entries of private windows.
    private: Vec<String>,
    /// The number of the newest entry.
    last: u64,
}

/// What the journal made of something new.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// The new entries, to be stored and sent to the host.
    pub entries: Vec<Entry>,
    /// The tokens of earlier entries whose video is known now, or known more surely.
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

/// The video of a token, as another request or the page told it.
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
            Stored::Token(token) => {
                self.note_private(&id, token.private);
                self.tokens.push(token);
            }
            Stored::Playing(told) => {
                self.note_private(&id, told.playback.private);
                self.videos.remember(told);
            }
        }
    }

    /// Adds a token. If another request told the video of its playback, or of the same token, the token is named by it.
    pub fn add_capture(&mut self, capture: Box<Capture>, changes: &mut Changes) {
        let mut info = TokenInfo::from(&*capture);
        let mut token = Token::new(self.next_id(), &capture, &info);
        self.note_private(&token.id, token.private);
        if let Some(cpn) = &capture.cpn
            && let Some(told) = self.videos.of(&Playback::new(cpn.clone(), &capture.session))
        {
            token.name(&told.video_id, told.certainty);
        }
        if let Some(video) = self.certain_video_of(&token) {
            token.name(&video, Certainty::Certain);
        }
        info.video_id.clone_from(&token.video_id);
        info.certainty = token.certainty;
        changes.entries.push(Entry {
            id: token.id.clone(),
            capture: Some(capture),
            token: Some(info),
            playing: None,
        });
        end_answered(&mut self.requests, &token, changes);
        self.tokens.push(token);
        self.name_the_same(self.tokens.len() - 1, changes);
    }

    /// Adds which video a playback plays, and names the tokens of the playback by it. What is known more surely stays.
    pub fn add_playing(&mut self, playing: Playing, changes: &mut Changes) {
        let playback = Playback::new(playing.cpn.clone(), &playing.session);
        let Playing { video_id, certainty, at, .. } = &playing;
        let told = Told {
            id: self.next_id(),
            playback: playback.clone(),
            video_id: video_id.clone(),
            certainty: *certainty,
            at: *at,
        };
        let id = told.id.clone();
        if !self.videos.remember(told) {
            return;
        }
        self.note_private(&id, playback.private);
        for index in 0..self.tokens.len() {
            if self.tokens[index].is_of(&playback) {
                self.name_token(index, video_id, *certainty, changes);
                self.name_the_same(index, changes);
            }
        }
        changes.entries.push(Entry { id, capture: None, token: None, playing: Some(playing) });
    }

    /// Hears of a media request of a page. Gives whether the page is to be asked what it shows, because nothing else tells
    /// the video of the playback.
    ///
    /// `time` is in milliseconds since 1970.
    pub fn hear_media(&mut self, page: &str, cpn: Cpn, session: &Session, time: u64) -> bool {
        let playback = Playback::new(cpn, session);
        let is_named = self.videos.of(&playback).is_some();
        self.senders.hear(page, playback, session, time, is_named)
    }

    /// A page's player loads its video again, with another playback.
    pub fn page_reloads(&mut self, page: &str, time: u64) {
        self.senders.reload(page, time);
    }

    /// From when on the like of a media request is to be looked at, to ask its page what it shows: milliseconds since 1970,
    /// and `u64::MAX` for never.
    #[must_use]
    pub fn ask_due(&self, cpn: Cpn, session: &Session) -> u64 {
        let playback = Playback::new(cpn, session);
        if self.videos.of(&playback).is_some() { u64::MAX } else { self.senders.next_ask(&playback) }
    }

    /// Takes what a page says that it shows, as JSON, and names the playback that it plays. The page was asked at
    /// `asked_at`: milliseconds since 1970.
    pub fn page_shows(&mut self, page: &str, shown: &str, asked_at: u64, changes: &mut Changes) {
        let Some(shown) = Shown::parse(shown) else { return };
        let videos = &self.videos;
        let video_of = |playback: &Playback| videos.of(playback).map(|told| &told.video_id);
        let Some(named) = self.senders.named_by(page, &shown, asked_at, video_of) else { return };
        let playing = Playing {
            cpn: named.playback.cpn,
            video_id: named.video_id,
            certainty: Certainty::Probable,
            session: named.session,
            at: named.at,
        };
        self.add_playing(playing, changes);
    }

    /// The tab is closed: none of its pages is asked any more.
    pub fn forget_tab(&mut self, tab: &str) {
        self.senders.retain(|page, _| !is_of_tab(page, tab));
    }

    /// The host names the video of an entry's token, which another browser's request may have told it.
    ///
    /// Gives the token requests that this answers. `None` means that as much was known here, or the entry is not.
    pub fn name(&mut self, id: &str, video_id: &VideoId, certainty: Certainty) -> Option<Vec<String>> {
        let index = self.tokens.iter().position(|token| token.id == id)?;
        let mut changes = Changes::default();
        self.name_token(index, video_id, certainty, &mut changes).then_some(changes.answered)
    }

    /// Forgets what was read in private windows. Gives the names of its entries.
    pub fn forget_private(&mut self) -> Vec<String> {
        self.tokens.retain(|token| !token.private);
        self.videos.forget_private();
        self.senders.retain(|_, session| !session.private);
        std::mem::take(&mut self.private)
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
        self.videos.forget(id);
        self.private.retain(|entry| entry != id);
    }

    fn next_id(&mut self) -> String {
        self.last = self.last.saturating_add(1);
        self.last.to_string()
    }

    fn note_private(&mut self, id: &str, private: bool) {
        if private {
            self.private.push(id.to_owned());
        }
    }

    /// Names a token, unless its video is known as surely. Whether it is named by it now.
    fn name_token(
        &mut self,
        index: usize,
        video_id: &VideoId,
        certainty: Certainty,
        changes: &mut Changes,
    ) -> bool {
        let token = &mut self.tokens[index];
        if !token.name(video_id, certainty) {
            return false;
        }
        let (id, certainty) = (token.id.clone(), token.certainty);
        changes.named.push(Named { id, video_id: video_id.clone(), certainty });
        end_answered(&mut self.requests, token, changes);
        true
    }

    /// Names the other entries of a token that is certainly one video's.
    fn name_the_same(&mut self, index: usize, changes: &mut Changes) {
        let Some(video) = self.certain_video_of(&self.tokens[index]) else { return };
        for other in 0..self.tokens.len() {
            if self.tokens[other].is_same(&self.tokens[index]) {
                self.name_token(other, &video, Certainty::Certain, changes);
            }
        }
    }

    /// The one video that requests name with certainty beside this token. `None` if they name several: then the token is
    /// not bound to a video.
    fn certain_video_of(&self, token: &Token) -> Option<VideoId> {
        let is_certain = |other: &&Token| other.certainty == Certainty::Certain && other.is_same(token);
        let mut videos = self.tokens.iter().filter(is_certain).filter_map(|other| other.video_id.as_ref());
        let video = videos.next()?;
        let of_token = token.video_id.as_ref().filter(|_| token.certainty == Certainty::Certain);
        (videos.all(|other| other == video) && of_token.is_none_or(|own| own == video)).then(|| video.clone())
    }
}

/// Ends the token requests that a token answers.
fn end_answered(requests: &mut Vec<OpenRequest>, token: &Token, changes: &mut Changes) {
    requests.retain_mut(|request| {
        let is_answered = request.is_answered_by(token);
        if is_answered {
            changes.answered.push(std::mem::take(&mut request.id));
        }
        !is_answered
    });
}

#[cfg(test)]
mod tests;
