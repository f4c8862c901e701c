use std::io;

use axum::http::request::Parts;

use crate::conduct::{Conduct, Conducts};
use crate::grants::Grants;
use crate::inbox::Inbox;
use crate::labels::{Labels, SentBody};
use crate::media::Media;
use crate::received::{Download, Received};
use crate::scenario::Scenario;
use crate::session::{Account, Session, session};
use crate::step::RequestKind;
use crate::tokens::{Tokens, Wanted};
use crate::visitor;

/// What all the sites of one stand-in share.
pub(crate) struct Service {
    pub(crate) scenario: Scenario,
    /// Who is logged in, for as long as this runs
    pub(crate) account: Option<Account>,
    pub(crate) inbox: Inbox,
    pub(crate) tokens: Tokens,
    pub(crate) conducts: Conducts,
    pub(crate) grants: Grants,
    pub(crate) media: Media,
}

impl Service {
    pub(crate) fn new(scenario: Scenario) -> io::Result<Self> {
        let account = scenario
            .logged_in
            .then(|| {
                Ok::<_, io::Error>(Account { id: visitor::account()?, login_info: visitor::login_info()? })
            })
            .transpose()?;
        let conducts = Conducts::new(scenario.download.clone());
        for video in scenario.videos.iter().filter(|video| video.hindrance.is_some()) {
            let conduct = Conduct { hindrance: video.hindrance, ..scenario.download.clone() };
            conducts.set_for(&video.id, conduct);
        }
        Ok(Self {
            account,
            inbox: Inbox::default(),
            tokens: Tokens::default(),
            conducts,
            grants: Grants::default(),
            media: Media::default(),
            scenario,
        })
    }

    /// Whom a request to YouTube's sites comes from.
    pub(crate) fn session(&self, head: &Parts) -> Session {
        session(&head.headers, self.account.as_ref())
    }

    /// A request of the player's: learns what it says of its token, then notes it.
    pub(crate) fn note(
        &self,
        labels: Labels,
        session: Option<&Session>,
        kind: RequestKind,
        head: &Parts,
        body: SentBody,
    ) {
        self.tokens.learn(&labels, session);
        self.inbox.add(labels.received(kind, head, body));
    }

    /// A request of a downloader's, which teaches nothing.
    pub(crate) fn note_download(
        &self,
        labels: Labels,
        kind: RequestKind,
        head: &Parts,
        body: SentBody,
        download: Option<Download>,
    ) {
        self.inbox.add(Received { download, ..labels.received(kind, head, body) });
    }

    /// What a token for this video, shown in this session, is held against.
    pub(crate) fn wanted<'a>(
        &self,
        video_id: &'a str,
        session: &'a Session,
        conduct: &Conduct,
    ) -> Wanted<'a> {
        Wanted {
            video_id,
            session,
            by_video: self.scenario.generate_content_po_token,
            only_newest: conduct.only_newest_token,
        }
    }
}
