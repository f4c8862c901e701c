//! The messages' types for the extension's JavaScript: `extension/types/messages.d.ts`.

use crate::download::{Action, DownloadProgress, DownloadState, PlaylistProgress};
use crate::messages::from_host::{ConfiguredConsent, Connected, SinkContent, SinkState, Status, UnknownPart};
use crate::{
    Binding, Capture, Certainty, Client, Code, Context, Cookie, Counters, Cpn, DiagnosisRow, Download,
    DownloadId, DownloadRequest, FromHost, ListId, PROTOCOL_VERSION, Playing, PoToken, Preset, Problem,
    RowState, Session, ShortText, SinkOutcome, SinkReport, Source, ToHost, TokenInfo, VideoId, VisitorData,
};
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use ts_rs::{Config, TS};

const REGENERATE: &str = "UPDATE_TYPES=1 cargo test --package potbridge-protocol typescript";

#[test]
fn the_types_for_javascript_are_those_of_rust() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../extension/types/messages.d.ts");
    let generated = declarations();
    if env::var_os("UPDATE_TYPES").is_some() {
        fs::write(&path, &generated).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == generated, "{} is out of date. Run: {REGENERATE}", path.display());
}

fn declarations() -> String {
    let mut text = format!(
        "// The messages between the extension and the host. Generated from `protocol/`:\n\
         // {REGENERATE}\n\n\
         /** The version of the messages that both sides speak. */\n\
         export type ProtocolVersion = {PROTOCOL_VERSION};\n"
    );
    declare::<ToHost>(&mut text);
    declare::<FromHost>(&mut text);
    declare::<Status>(&mut text);
    declare::<ConfiguredConsent>(&mut text);
    declare::<SinkState>(&mut text);
    declare::<SinkReport>(&mut text);
    declare::<SinkOutcome>(&mut text);
    declare::<Connected>(&mut text);
    declare::<SinkContent>(&mut text);
    declare::<UnknownPart>(&mut text);
    declare::<Counters>(&mut text);
    declare::<DiagnosisRow>(&mut text);
    declare::<RowState>(&mut text);
    declare::<Problem>(&mut text);
    declare::<TokenInfo>(&mut text);
    declare::<Capture>(&mut text);
    declare::<Playing>(&mut text);
    declare::<Binding>(&mut text);
    declare::<Session>(&mut text);
    declare::<Client>(&mut text);
    declare::<Context>(&mut text);
    declare::<Source>(&mut text);
    declare::<Certainty>(&mut text);
    declare::<Download>(&mut text);
    declare::<DownloadRequest>(&mut text);
    declare::<DownloadState>(&mut text);
    declare::<DownloadProgress>(&mut text);
    declare::<PlaylistProgress>(&mut text);
    declare::<Preset>(&mut text);
    declare::<Action>(&mut text);
    declare::<Cookie>(&mut text);
    declare::<PoToken>(&mut text);
    declare::<VisitorData>(&mut text);
    declare::<VideoId>(&mut text);
    declare::<ListId>(&mut text);
    declare::<DownloadId>(&mut text);
    declare::<Cpn>(&mut text);
    declare::<ShortText>(&mut text);
    declare::<Code>(&mut text);
    with_short_comments(&text)
}

/// Adds one type. Numbers are `number`: none of ours reaches 2^53.
fn declare<T: TS>(text: &mut String) {
    let config = Config::new().with_large_int("number");
    let docs = T::docs().unwrap_or_default();
    writeln!(text, "\n{docs}export {}", T::decl(&config)).unwrap();
}

/// Puts a comment of one line onto one line.
fn with_short_comments(text: &str) -> String {
    let mut short = String::new();
    let mut lines = text.lines().map(str::trim_end).peekable();
    while let Some(line) = lines.next() {
        short.push_str(line);
        let Some(rest) = (line == "/**").then(|| lines.next()).flatten() else {
            short.push('\n');
            continue;
        };
        let is_last = lines.peek() == Some(&" */");
        short.push_str(if is_last { &rest[" *".len()..] } else { "\n" });
        short.push_str(if is_last { " */" } else { rest });
        short.push('\n');
        if is_last {
            lines.next();
        }
    }
    short
}
