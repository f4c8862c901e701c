//! Answers the browser's messages.

use super::deliveries::{self, AtOnce};
use super::downloads;
use super::errands::Errand;
use super::follow_up::FollowUp;
use super::name_wait;
use super::shared::{Shared, failed, lock};
use super::sink_test;
use crate::error::Error;
use crate::own_browser;
use crate::status::{Asked, status};
use potbridge_protocol::messages::from_host::Connected;
use potbridge_protocol::messages::{TooOld, agree};
use potbridge_protocol::{Capture, Code, FromHost, PROTOCOL_VERSION, Playing, Problem, ToHost, TokenInfo};
use potbridge_system::browser::TEMPORARY;
use potbridge_system::clock;
use std::sync::Arc;

/// How many tokens a `status` message shows: the popup has no room for more, and a frame has its limit.
const TOKENS_IN_STATUS: u32 = 20;

/// The answer to a message, and what is to be done after it is sent.
#[derive(Default)]
pub(super) struct Reply {
    pub(super) answer: Option<FromHost>,
    pub(super) follow_up: Option<FollowUp>,
}

impl Reply {
    fn then(self, follow_up: FollowUp) -> Self {
        Self { follow_up: Some(follow_up), ..self }
    }
}

impl From<FromHost> for Reply {
    fn from(answer: FromHost) -> Self {
        Self { answer: Some(answer), follow_up: None }
    }
}

/// Handles one message of the extension.
pub(super) fn answer(shared: &Arc<Shared>, message: ToHost) -> Reply {
    log::debug!("from the extension: {}", summary(&message));
    match message {
        ToHost::Hello { protocol, version, browser, product, profile } => {
            let (since, unattended) = (clock::now_ms(), own_browser::is_here());
            hello(
                protocol,
                Connected { browser, product, profile, version, since, paused: false, unattended },
            )
        }
        ToHost::Captured { id, capture } => {
            captured(shared, &id, &capture).unwrap_or_else(|error| failed(&error, id).into())
        }
        ToHost::Playing { id, playing } => {
            noted(shared, &id, &playing).unwrap_or_else(|error| failed(&error, id).into())
        }
        // Nobody waits for an answer, and the next message replaces this one.
        ToHost::Counters { profile, counters } => {
            let counted = shared
                .config()
                .and_then(|config| Ok(lock(shared.store(&config)?).count(&profile, counters)?));
            if let Err(error) = counted {
                log::warn!("the counters cannot be kept: {error}");
            }
            Reply::default()
        }
        ToHost::CapturePaused { paused } => {
            shared.pending.set_paused(paused);
            Reply::default().then(FollowUp::AnnouncePaused)
        }
        ToHost::PrivateWindowsClosed { profile } => Reply::default().then(FollowUp::ForgetPrivate(profile)),
        ToHost::Status => {
            let live = shared.open_store().map(|store| &**store);
            let mut status = status(&shared.dirs, live, Asked::Files, TOKENS_IN_STATUS);
            // The others know it only if its file could be written.
            let unreachable = lock(&shared.unreachable).clone();
            let new = unreachable.filter(|problem| !status.problems.contains(problem));
            status.problems.extend(new);
            FromHost::Status(status).into()
        }
        ToHost::TestSink { id, kind, place } => {
            let only = shared.config().and_then(|config| sink_test::only(config, kind.as_str(), &place));
            match only {
                Ok(config) => Reply::default().then(FollowUp::Errand(Errand::TestSink(id, Box::new(config)))),
                Err(error) => failed(&error, id).into(),
            }
        }
        ToHost::Diagnose { id } => Reply::default().then(FollowUp::Errand(Errand::Diagnose(id))),
        ToHost::AcceptTokenRequests { accept, undecided } => {
            shared.pending.set_accepts(accept, undecided);
            Reply::default().then(FollowUp::OpenControlSocket)
        }
        ToHost::ListDownloads => Reply::from(downloads::list(shared)).then(FollowUp::FollowDownloads),
        ToHost::StartDownload { id, request } => match downloads::start(*request) {
            Ok(download_id) => FromHost::DownloadStarted { id, download_id }.into(),
            Err(error) => failed(&error, id).into(),
        },
        ToHost::DownloadAction { id, download_id, action, cookies } => {
            let result = downloads::act(shared, &id, &download_id, action, cookies);
            Reply { answer: result.err().map(|error| failed(&error, id)), follow_up: None }
        }
        ToHost::TokenRequestFailed { id, code, message, hint } => {
            shared.pending.fail(&id, Problem { code, message, hint });
            Reply::default()
        }
        ToHost::Unknown => Reply::default(),
    }
}

/// A message as the log may show it: a cookie or a binding is in none of these.
fn summary(message: &ToHost) -> String {
    match message {
        // What a private window played leaves with it, also from the log.
        ToHost::Captured { id, capture } if capture.session.private => format!("captured {id}, private"),
        ToHost::Playing { id, playing } if playing.session.private => format!("playing {id}, private"),
        ToHost::Captured { id, capture } => format!("captured {id}: {:?}", TokenInfo::from(&**capture)),
        // A place of a command is its whole command line.
        ToHost::TestSink { id, kind, .. } => format!("test-sink {id}, {kind}"),
        ToHost::StartDownload { id, request } => {
            format!("start-download {id}: {:?} {:?} {}", request.video_id, request.list_id, request.preset)
        }
        ToHost::DownloadAction { id, download_id, action, .. } => {
            format!("download-action {id}: {action:?} {download_id}")
        }
        other => format!("{other:?}"),
    }
}

fn hello(protocol: u32, browser: Connected) -> Reply {
    let version = env!("CARGO_PKG_VERSION");
    let (code, hint) = match agree(PROTOCOL_VERSION, protocol) {
        Ok(spoken) => {
            log::info!("the extension is of version {}; both speak protocol {spoken}", browser.version);
            return hello_to(browser, version);
        }
        Err(TooOld::They) => (
            Code::UpdateExtension,
            "update potbridge on the browser's page of extensions, or reload it there",
        ),
        Err(TooOld::We) => (Code::UpdateHost, "run `potbridge-setup install` of the newer potbridge"),
    };
    let message = format!(
        "the extension of {} is of version {} and the host of {version}, and they do not fit",
        browser.browser, browser.version
    );
    let problem = Problem::new(code, message).with_hint(hint);
    Reply::from(FromHost::Error {
        id: None,
        host_version: Some(version.to_owned()),
        problem: problem.clone(),
    })
    .then(FollowUp::AnnounceMisfit(browser, problem))
}

fn hello_to(browser: Connected, version: &str) -> Reply {
    let unattended = browser.unattended;
    let temporary = std::env::var_os(TEMPORARY).is_some_and(|value| !value.is_empty());
    let version = version.to_owned();
    Reply::from(FromHost::Hello { protocol: PROTOCOL_VERSION, version, unattended, temporary })
        .then(FollowUp::Announce(browser))
}

fn captured(shared: &Arc<Shared>, id: &str, capture: &Capture) -> Result<Reply, Error> {
    let config = shared.config()?;
    let store = shared.store(&config)?;
    let Some(stored) = lock(store).put(capture)? else {
        return Err(Error::Refused(capture.token.fingerprint()));
    };
    shared.pending.answer_from(&lock(store), config.private_windows);
    // Asked before the delivery: a wait that ends meanwhile has its own.
    let name_wait_ends = if stored.binding.video_id.is_none() { name_wait::ends(store) } else { None };
    let AtOnce { reports: sinks, undone } = deliveries::deliver(shared, &config)?;
    Ok(Reply::from(FromHost::Stored { id: id.to_owned(), token: TokenInfo::from(&stored), sinks })
        .then(FollowUp::Stored { config: Box::new(config), name_wait_ends, undone }))
}

fn noted(shared: &Arc<Shared>, id: &str, playing: &Playing) -> Result<Reply, Error> {
    let config = shared.config()?;
    let store = shared.store(&config)?;
    let reply = Reply::from(FromHost::Noted { id: id.to_owned() });
    if !lock(store).join(playing)? {
        return Ok(reply);
    }
    shared.pending.answer_from(&lock(store), config.private_windows);
    // Its reports are in the next `status`.
    let AtOnce { undone, .. } = deliveries::deliver(shared, &config)?;
    Ok(reply.then(FollowUp::Stored { config: Box::new(config), name_wait_ends: None, undone }))
}

/// The answer to what is no message: says what is wrong with it, and nothing of what is in it.
pub(super) fn malformed(bytes: &[u8], error: &serde_json::Error) -> FromHost {
    #[derive(serde::Deserialize)]
    struct Id {
        id: String,
    }
    // For what has no id, nobody waits.
    let id = serde_json::from_slice(bytes).ok().map(|Id { id }| id);
    let what = match error.classify() {
        serde_json::error::Category::Data => "a message of another shape than this host knows",
        _ => "a message that is not JSON",
    };
    let problem = Problem::new(Code::MalformedMessage, format!("the extension sent {what}"));
    FromHost::Error {
        id,
        host_version: None,
        problem: problem.with_hint("update the extension and the host"),
    }
}
