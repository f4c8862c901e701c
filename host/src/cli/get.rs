//! `potbridge get`

mod input;

use super::output::{say, say_token};
use super::{context, open, video};
use crate::config::Config;
use crate::delivery::projection::Projection;
use crate::error::Error;
use crate::ipc::patience::Patience;
use crate::ipc::request_token::request_token;
use crate::store::TokenQuery;
use crate::yt_dlp::extractor_args::extractor_args;
use clap::{Args, ValueEnum};
use input::Input;
use potbridge_protocol::messages::ipc::TokenRequest;
use potbridge_protocol::{
    Capture, Code, Context, Problem, Session, ShortText, TokenInfo, VideoId, VisitorData,
};
use potbridge_sinks::Variable;
use potbridge_system::dirs::Dirs;
use potbridge_system::stderr;
use serde::Serialize;
use std::io::{self, IsTerminal as _, Write};
use std::time::Duration;
use zeroize::Zeroizing;

/// Print the newest token that fits
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  potbridge get
  potbridge get --video dQw4w9WgXcQ --wait 20
  eval \"$(potbridge get --format env)\"")]
pub(super) struct Get {
    /// Only a token for this video: its id, or the address of its page
    #[arg(long, value_name = "ID|URL", value_parser = video, allow_hyphen_values = true)]
    video: Option<VideoId>,
    /// Only a token for this kind of request: player, gvs or subs
    #[arg(long, value_parser = context)]
    context: Option<Context>,
    /// Only a token younger than 6 hours
    #[arg(long)]
    fresh: bool,
    /// If there is no token for the video, ask the browser for one and wait up to SECS seconds
    #[arg(long, value_name = "SECS", requires = "video", value_parser = clap::value_parser!(u16).range(1..=600))]
    wait: Option<u16>,
    /// Of those seconds, how many to wait while no browser is open and none is starting [default: all]
    #[arg(long, value_name = "SECS", requires = "wait", value_parser = clap::value_parser!(u16).range(0..=600))]
    wait_for_browser: Option<u16>,
    /// Ask the browser for a token other than those known
    #[arg(long, requires = "wait")]
    bypass_cache: bool,
    /// Standard input names tokens that YouTube refused, a line each: they are never given again, and a newer one is wanted
    #[arg(long, conflicts_with = "fresh")]
    refused: bool,
    /// Ask YouTube Music's player
    #[arg(long, requires = "wait")]
    music: bool,
    /// The name of the program that asks, which the browser shows
    #[arg(long, value_name = "NAME", default_value = "get", value_parser = word)]
    client: ShortText,
    /// Only a token bound to this instead of a video; the first line of standard input says to which one
    #[arg(long, value_name = "KIND", value_enum, conflicts_with_all = ["video", "fresh", "wait"])]
    content_binding: Option<Kind>,
    /// The form to print it in
    #[arg(long, value_enum, default_value_t = Format::Raw)]
    format: Format,
    /// The same as --format json: print one JSON object
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// The token alone
    Raw,
    /// One JSON object with the token and all that is known of it
    Json,
    /// The variables of the configuration, a line each, for a shell or a .env file
    Env,
    /// A value for yt-dlp's --extractor-args
    ExtractorArgs,
}

/// What a token that is for no video is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Visitor data, as requests carry it
    VisitorData,
    /// The visitor's id: 11 characters
    VisitorId,
    /// The id of an account
    DataSyncId,
}

#[derive(Serialize)]
struct Found<'a> {
    visitor_data: Option<String>,
    content_bound: Option<bool>,
    session: &'a Session,
    page_hooked: bool,
    #[serde(flatten)]
    info: TokenInfo,
}

impl Get {
    pub(super) fn run(self, stdout: &mut impl Write) -> Result<(), Error> {
        let (capture, config) = self.capture()?;
        match self.format() {
            Format::Raw => say(stdout, capture.token.expose()),
            Format::Json => say_token(
                stdout,
                capture.token.expose(),
                &Found {
                    visitor_data: capture.binding.visitor_data.as_ref().map(VisitorData::percent_encoded),
                    content_bound: capture.binding.content_bound,
                    session: &capture.session,
                    page_hooked: capture.page_hooked,
                    info: TokenInfo::from(&capture),
                },
            ),
            Format::Env => {
                let variables = config.environment();
                let projection = Projection::of(&capture, &variables);
                let lines: Vec<_> = projection.variables().iter().map(line).collect::<Result<_, _>>()?;
                lines.iter().try_for_each(|line| say(stdout, line.as_str()))
            }
            Format::ExtractorArgs => say(stdout, extractor_args(&capture).as_str()),
        }
    }
}

impl Get {
    pub(super) fn prints_json(&self) -> bool {
        self.format() == Format::Json
    }

    fn format(&self) -> Format {
        if self.json { Format::Json } else { self.format }
    }

    fn capture(&self) -> Result<(Capture, Config), Error> {
        if self.wait.is_some() || self.content_binding.is_some() || self.refused {
            let dirs = Dirs::of_environment()?;
            let Input { content_binding, refused } = Input::read(self.content_binding, self.refused)?;
            let request = TokenRequest {
                video_id: self.video.clone(),
                content_binding,
                context: self.context,
                music: self.music,
                bypass_cache: self.bypass_cache || !refused.is_empty(),
                refused,
                client: self.client.clone(),
                timeout_ms: u64::from(self.wait.unwrap_or_default()) * 1000,
                ..TokenRequest::default()
            };
            let for_browser = self.wait_for_browser.or(self.wait).unwrap_or_default();
            let patience = Patience {
                on_question: say_where_to_answer,
                ..Patience::new(Duration::from_secs(for_browser.into()))
            };
            return Ok((request_token(&request, &patience, &dirs)?, Config::load(&dirs.config)?));
        }
        let (_, config, store) = open()?;
        let query = TokenQuery {
            video_id: self.video.clone(),
            context: self.context,
            fresh: self.fresh,
            private: config.private_windows,
            ..TokenQuery::default()
        };
        if let Some(capture) = store.newest(&query)? {
            return Ok((capture, config));
        }
        let none = Error::NoToken(described(&query));
        if store.newest(&TokenQuery { private: true, ..query })?.is_none() {
            return Err(store.unread().map_or(none, Error::from));
        }
        let hint =
            "a private window has one: `potbridge config set private_windows.deliver true` gives those too";
        Err(Error::Problem(none.problem().with_hint(hint)))
    }
}

/// Tells a person at a terminal why nothing happens. A program is told by the error.
fn say_where_to_answer() {
    if io::stderr().is_terminal() {
        stderr::note(
            "the browser asks whether programs may have videos opened: answer there, by potbridge's button in its toolbar",
        );
    }
}

fn word(text: &str) -> Result<ShortText, String> {
    ShortText::new(text).map_err(|error| error.to_string())
}

/// `NAME=value` as a shell takes it.
fn line(variable: &Variable<'_>) -> Result<Zeroizing<String>, Error> {
    let variable = env_file::Variable { name: variable.name, value: variable.value };
    let value = env_file::encode(&variable, Some(env_file::Reader::Shell)).map_err(|error| {
        Error::Problem(
            Problem::new(Code::ValueUnfit, error.to_string()).with_hint("--format json prints the token"),
        )
    })?;
    Ok(Zeroizing::new(format!("{}={}", variable.name, *value)))
}

fn described(query: &TokenQuery) -> String {
    let mut words = Vec::new();
    if let Some(video_id) = &query.video_id {
        words.push(format!("for the video {video_id}"));
    }
    if let Some(context) = query.context {
        words.push(format!("for {context} requests"));
    }
    words.push(if query.fresh { "younger than 6 hours" } else { "younger than 12 hours" }.to_owned());
    words.join(", ")
}
