//! `potbridge get`

use super::{context, open, say, say_json, video};
use crate::error::Error;
use crate::shelf::Wanted;
use clap::Args;
use potbridge_protocol::{Context, Label, Session, VideoId, VisitorData};
use serde::Serialize;
use std::io::Write;

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
    /// Print the token with all that is known of it
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Found<'a> {
    token: &'a str,
    visitor_data: Option<&'a str>,
    content_bound: Option<bool>,
    session: &'a Session,
    hooked: bool,
    #[serde(flatten)]
    label: Label,
}

impl Get {
    pub(super) fn run(self, stdout: &mut impl Write) -> Result<(), Error> {
        let (_, _, shelf) = open()?;
        let wanted = Wanted { video_id: self.video, context: self.context, fresh: self.fresh };
        let capture = shelf.newest(&wanted)?.ok_or_else(|| Error::NoToken(described(&wanted)))?;
        if self.json {
            say_json(
                stdout,
                &Found {
                    token: capture.token.expose(),
                    visitor_data: capture.binding.visitor_data.as_ref().map(VisitorData::as_str),
                    content_bound: capture.binding.content_bound,
                    session: &capture.session,
                    hooked: capture.hooked,
                    label: Label::from(&capture),
                },
            )
        } else {
            say(stdout, capture.token.expose())
        }
    }
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
