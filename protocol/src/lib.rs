//! The words both sides of potbridge use.
//!
//! What a token is, what is known of it, and the messages and frames that carry it from the browser's extension to the
//! host and from the host to commands. No I/O beyond the readers and writers handed in, and no clock. Built natively
//! and for wasm.

pub mod binding;
pub mod capture;
mod checked_text;
pub mod client;
pub mod codes;
pub mod cold_start_token;
pub mod context;
pub mod cookie;
pub mod counters;
pub mod cpn;
pub mod diagnosis;
pub mod download;
pub mod download_id;
pub mod frame;
pub mod identifiers;
pub mod lifetime;
pub mod list_id;
pub mod masking;
pub mod messages;
pub mod problem;
pub mod short_text;
pub mod sink_report;
pub mod token;
pub mod token_info;
#[cfg(test)]
mod typescript;
pub mod video_id;
pub mod visitor_data;
pub mod youtube;

pub use binding::{Binding, Certainty};
pub use capture::{Capture, Playing, Session, Source};
pub use client::Client;
pub use codes::Code;
pub use cold_start_token::ColdStartToken;
pub use context::Context;
pub use cookie::Cookie;
pub use counters::Counters;
pub use cpn::Cpn;
pub use diagnosis::{DiagnosisRow, RowState};
pub use download::{Download, DownloadRequest, Preset};
pub use download_id::DownloadId;
pub use list_id::ListId;
pub use messages::{FromHost, PROTOCOL_VERSION, ToHost};
pub use problem::Problem;
pub use short_text::ShortText;
pub use sink_report::{SinkOutcome, SinkReport};
pub use token::{NotAToken, PoToken};
pub use token_info::TokenInfo;
pub use video_id::VideoId;
pub use visitor_data::VisitorData;
