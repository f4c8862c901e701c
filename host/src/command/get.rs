//! `potbridge get`

use super::{context, open, say, say_json, video};
use crate::error::Error;
use crate::extractor_args::extractor_args;
use crate::projection::Projection;
use crate::shelf::Wanted;
use crate::sink::Variable;
use crate::sink::env_file::{self, Reader};
use clap::{Args, ValueEnum};
use potbridge_protocol::{Context, Label, Session, VideoId, VisitorData};
use serde::Serialize;
use std::io::Write;
use zeroize::Zeroizing;

/// Prints the newest token that fits.
#[derive(Debug, Args)]
pub(super) struct Get {
    /// Only one for this video: its id, or the address of its page
    #[arg(long, value_name = "ID|URL", value_parser = video)]
    video: Option<VideoId>,
    /// Only one made for this kind of request: player, gvs or subs
    #[arg(long, value_parser = context)]
    context: Option<Context>,
    /// Only one younger than 6 hours
    #[arg(long)]
    fresh: bool,
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Raw)]
    format: Format,
    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// The token alone
    Raw,
    /// The token with all that is known of it
    Json,
    /// The variables of the configuration, a line each, as a shell and most readers of .env files take them
    Env,
    /// The value for yt-dlp's --extractor-args
    ExtractorArgs,
}

#[derive(Serialize)]
struct Found<'a> {
    token: &'a str,
    visitor_data: Option<String>,
    content_bound: Option<bool>,
    session: &'a Session,
    hooked: bool,
    #[serde(flatten)]
    label: Label,
}

impl Get {
    pub(super) fn run(self, stdout: &mut impl Write) -> Result<(), Error> {
        let (_, config, shelf) = open()?;
        let wanted =
            Wanted { video_id: self.video, context: self.context, fresh: self.fresh, rather_of: None };
        let capture = shelf.newest(&wanted)?.ok_or_else(|| Error::NoToken(described(&wanted)))?;
        match if self.json { Format::Json } else { self.format } {
            Format::Raw => say(stdout, capture.token.expose()),
            Format::Json => say_json(
                stdout,
                &Found {
                    token: capture.token.expose(),
                    visitor_data: capture.binding.visitor_data.as_ref().map(VisitorData::percent_encoded),
                    content_bound: capture.binding.content_bound,
                    session: &capture.session,
                    hooked: capture.hooked,
                    label: Label::from(&capture),
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

/// `NAME=value` as a shell takes it.
fn line(variable: &Variable<'_>) -> Result<Zeroizing<String>, Error> {
    let value = env_file::written(variable, Some(Reader::Shell))
        .map_err(|why| Error::RefusedAsUnsafe(format!("{why}; --format json prints the token")))?;
    Ok(Zeroizing::new(format!("{}={}", variable.name, *value)))
}

fn described(wanted: &Wanted) -> String {
    let mut words = Vec::new();
    if let Some(video_id) = &wanted.video_id {
        words.push(format!("for the video {video_id}"));
    }
    if let Some(context) = wanted.context {
        words.push(format!("for {context} requests"));
    }
    words.push(if wanted.fresh { "younger than 6 hours" } else { "younger than 12 hours" }.to_owned());
    words.join(", ")
}
