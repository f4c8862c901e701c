//! How long a token is good.
//!
//! The attestation behind a web token lives 12 hours; yt-dlp and bgutil cache a token for 6.

/// A token younger than this is fresh. Milliseconds: 6 hours.
pub const FRESH_MS: u64 = 6 * 60 * 60 * 1000;

/// A token older than this is of no use to anyone. Milliseconds: 12 hours.
pub const EXPIRES_MS: u64 = 12 * 60 * 60 * 1000;
