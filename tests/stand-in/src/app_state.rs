use std::io;

use axum::http::request::Parts;

use crate::active_rules::ActiveRules;
use crate::download_rules::DownloadRules;
use crate::issued_urls::IssuedUrls;
use crate::media::Media;
use crate::playlists::Playlists;
use crate::received::{Download, Received};
use crate::request_info::{RequestInfo, SentBody};
use crate::request_log::RequestLog;
use crate::scenario::{Scenario, Video};
use crate::step::RequestKind;
use crate::tokens::{Requirement, Tokens};
use crate::visitor::{Account, Visitor};
use crate::visitor_data;

/// What all hosts of one stand-in share.
pub(crate) struct AppState {
    pub(crate) scenario: Scenario,
    /// Who is logged in, as long as this runs
    pub(crate) account: Option<Account>,
    pub(crate) log: RequestLog,
    pub(crate) tokens: Tokens,
    pub(crate) rules: ActiveRules,
    pub(crate) playlists: Playlists,
    pub(crate) issued_urls: IssuedUrls,
    pub(crate) media: Media,
}

impl AppState {
    pub(crate) fn new(scenario: Scenario) -> io::Result<Self> {
        let account = scenario
            .logged_in
            .then(|| {
                Ok::<_, io::Error>(Account {
                    id: visitor_data::account()?,
                    login_info: visitor_data::login_info()?,
                })
            })
            .transpose()?;
        let rules = ActiveRules::new(scenario.download.clone());
        for video in scenario.videos.iter().filter(|video| video.obstacle.is_some()) {
            rules.set_for(&video.id, DownloadRules { obstacle: video.obstacle, ..scenario.download.clone() });
        }
        Ok(Self {
            account,
            log: RequestLog::default(),
            tokens: Tokens::default(),
            rules,
            playlists: Playlists::default(),
            issued_urls: IssuedUrls::default(),
            media: Media::default(),
            scenario,
        })
    }

    /// A video, with the title that the rules give it.
    pub(crate) fn video(&self, id: &str) -> Option<Video> {
        let video = self.scenario.video(id)?.clone();
        let title = self.rules.of(id).title.unwrap_or(video.title);
        Some(Video { title, ..video })
    }

    /// Who sends a request to YouTube's sites.
    pub(crate) fn visitor(&self, head: &Parts) -> Visitor {
        Visitor::of(&head.headers, self.account.as_ref())
    }

    /// Learns what a request of the player's says of its token, and notes the request.
    ///
    /// `visitor` is none if the request does not tell: media hosts get no cookies of YouTube's.
    pub(crate) fn note(
        &self,
        info: RequestInfo,
        visitor: Option<&Visitor>,
        kind: RequestKind,
        head: &Parts,
        body: SentBody,
    ) {
        self.tokens.learn(&info, visitor);
        self.log.add(info.received(kind, head, body));
    }

    /// Notes a downloader's request. Nothing is learnt from it.
    pub(crate) fn note_download(
        &self,
        info: RequestInfo,
        kind: RequestKind,
        head: &Parts,
        body: SentBody,
        download: Option<Download>,
    ) {
        self.log.add(Received { download, ..info.received(kind, head, body) });
    }

    /// What a token must fulfil for this video and this visitor.
    pub(crate) fn requirement<'a>(
        &self,
        video_id: &'a str,
        visitor: &'a Visitor,
        rules: &DownloadRules,
    ) -> Requirement<'a> {
        Requirement {
            video_id,
            visitor,
            by_video: self.scenario.generate_content_po_token,
            only_newest: rules.only_newest_token,
        }
    }
}
