//! Why yt-dlp failed, found in what it printed and in how it ended.
//!
//! This is the one place where English text decides: yt-dlp has no codes. Its messages ([`messages`]) are those of
//! yt-dlp 2026.10.26; the tests name the file of each. A line may have come here with its long words masked
//! ([`potbridge_protocol::masking::masked`]): no message is recognised by one.

mod find;
mod hints;
mod kind;
mod lines;
mod messages;
mod start;
mod system;
#[cfg(test)]
mod tests;

pub use kind::FailureKind;
