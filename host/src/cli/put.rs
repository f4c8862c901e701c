//! `potbridge put`

mod beside;
mod encoded;
pub(super) mod pasted;
mod scan;
mod symbols;
mod why;

use super::output::say;
use super::sink_reports::{say_reports, say_result};
use super::{context, open, video};
use crate::delivery::Delivery;
use crate::error::Error;
use clap::Args;
use pasted::Pasted;
use potbridge_protocol::sink_report::SinkReport;
use potbridge_protocol::{
    Binding, Capture, Certainty, Client, Code, Context, Problem, Session, ShortText, Source, TokenInfo,
    VideoId,
};
use potbridge_system::{clock, stderr};
use serde::Serialize;
use std::io::{Read as _, Write};
use std::sync::{Mutex, PoisonError};
use zeroize::Zeroizing;

/// Take a token from standard input, from any text that holds exactly one
///
/// The video, the visitor and the client are taken from what stands beside it. The token is stored and written to every sink, like one that the browser sent.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  wl-paste | potbridge put --video dQw4w9WgXcQ
  potbridge put < requests.har")]
pub(super) struct Put {
    /// The video that the token is for: its id, or the address of its page
    #[arg(long, value_name = "ID|URL", value_parser = video, allow_hyphen_values = true)]
    video: Option<VideoId>,
    /// The kind of request that the token is for: player, gvs or subs
    #[arg(long, value_parser = context)]
    context: Option<Context>,
    /// The player that made the token: web, mweb, web_music, …
    #[arg(long, value_name = "NAME", value_parser = client)]
    client: Option<Client>,
    /// Print one JSON object
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Serialize)]
struct Stored {
    tokens: Vec<TokenInfo>,
    sinks: Vec<SinkReport>,
}

fn client(name: &str) -> Result<Client, String> {
    Client::new(name, None).map_err(|error| error.to_string())
}

impl Put {
    pub(super) fn run(self, stdout: &mut impl Write) -> Result<u8, Error> {
        let pasted = pasted::read(&read_stdin()?)?;
        let captures: Vec<Capture> = pasted.into_iter().map(|pasted| self.capture(pasted)).collect();
        let (dirs, config, mut store) = open()?;
        let mut stored = Vec::new();
        for capture in &captures {
            stored.push(store.put(capture)?.ok_or_else(|| Error::Refused(capture.token.fingerprint()))?);
        }
        let store = Mutex::new(store);
        let sinks = Delivery::new(&store, &dirs).deliver(&config);
        // It is in the sinks, and this process ends.
        let store = store.into_inner().unwrap_or_else(PoisonError::into_inner);
        let not_kept = store.keep().err().map(|error| Error::from(error).problem());
        for problem in store.problems().iter().filter(|problem| Some(*problem) != not_kept.as_ref()) {
            stderr::warning(&problem.message, problem.hint.as_deref());
        }
        let tokens: Vec<_> = stored.iter().map(TokenInfo::from).collect();
        if self.json {
            return say_result(stdout, not_kept, &sinks, &Stored { tokens, sinks: sinks.clone() });
        }
        for (token, capture) in tokens.iter().zip(&stored) {
            say(stdout, described(if not_kept.is_some() { "not stored:" } else { "stored" }, token))?;
            if capture.token.has_fallback_shape() {
                say(
                    stdout,
                    "  it has the length of the player's fallback token, which YouTube does not accept",
                )?;
            }
        }
        if config.sinks.is_empty() && not_kept.is_none() {
            say(stdout, "no sink is configured: the token is in the store only")?;
        }
        say_reports(stdout, not_kept, &sinks, "written to")
    }

    /// The options override what the pasted text says.
    fn capture(&self, pasted: Pasted) -> Capture {
        let said = if self.video.is_some() { Certainty::Guess } else { Certainty::Probable };
        let video_id = self.video.clone().or(pasted.video_id);
        Capture {
            token: pasted.token,
            // What yt-dlp takes `web+TOKEN` for.
            context: self.context.or(pasted.context).unwrap_or(Context::Gvs),
            client: self.client.clone().or(pasted.client),
            host: ShortText::default(),
            source: Source::Pasted,
            binding: Binding {
                certainty: if video_id.is_some() { said } else { Certainty::Guess },
                video_id,
                visitor_data: pasted.visitor_data,
                content_bound: None,
            },
            cpn: None,
            foreign_client: false,
            page_hooked: false,
            session: Session::default(),
            captured_at: clock::now_ms(),
        }
    }
}

/// The most that is read, in bytes. A HAR file of a page that plays a video has some tens of MiB.
const MAX_PASTED: u64 = 64 * 1024 * 1024;

fn read_stdin() -> Result<Zeroizing<Vec<u8>>, Error> {
    let mut text = Zeroizing::new(Vec::new());
    std::io::stdin()
        .lock()
        .take(MAX_PASTED + 1)
        .read_to_end(&mut text)
        .map_err(|source| Error::Io { what: "standard input cannot be read".to_owned(), source })?;
    if text.len() as u64 > MAX_PASTED {
        let message = format!("this text is longer than {} MiB", MAX_PASTED / 1024 / 1024);
        let hint = "paste the token alone, or the one request that carries it";
        return Err(Error::Problem(Problem::new(Code::NotAToken, message).with_hint(hint)));
    }
    // UTF-16, as PowerShell writes files. What matters is ASCII.
    if text.starts_with(&[0xff, 0xfe]) || text.starts_with(&[0xfe, 0xff]) {
        text.retain(|byte| *byte != 0);
    }
    Ok(text)
}

fn described(done: &str, token: &TokenInfo) -> String {
    let mut words = vec![format!("{done} {}", token.fingerprint), format!("a {} token", token.context)];
    words.extend(token.client.as_ref().map(|client| format!("of the client {client}")));
    words.push(match &token.video_id {
        Some(video_id) => format!("for {video_id}"),
        None => "for an unknown video".to_owned(),
    });
    words.join(", ")
}
