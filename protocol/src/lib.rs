//! The words both sides of potbridge use: what a token is, what is known of it, and the messages
//! and frames that carry it from the browser's extension to the host.
//!
//! No I/O beyond the readers and writers handed in, and no clock. Built natively and for wasm.

pub mod capture;
mod checked_text;
pub mod cookie;
pub mod cpn;
pub mod download;
pub mod error_code;
pub mod frame;
pub mod from_host;
pub mod job_id;
pub mod label;
pub mod lifetime;
pub mod link;
pub mod list_id;
pub mod names;
pub mod pasted;
pub mod placeholder;
pub mod po_token;
pub mod report;
pub mod tally;
pub mod to_host;
pub mod video_id;
pub mod word;
pub mod youtube;

pub use capture::{Binding, Capture, Certainty, Client, Context, Playing, Session, Source, VisitorData};
pub use cookie::Cookie;
pub use cpn::Cpn;
pub use download::{Ask, Download, Preset};
pub use error_code::ErrorCode;
pub use from_host::FromHost;
pub use job_id::JobId;
pub use label::Label;
pub use list_id::ListId;
pub use placeholder::Placeholder;
pub use po_token::{NotAToken, PoToken};
pub use tally::Tally;
pub use to_host::ToHost;
pub use video_id::VideoId;
pub use word::Word;

/// The version of the messages. Raised when a partner that does not know the change would do wrong.
pub const PROTOCOL: u32 = 1;
