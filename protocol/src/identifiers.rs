//! Names that others depend on.

/// The native messaging host, as browsers look it up.
pub const HOST_NAME: &str = "dev.potbridge.host";

/// The Firefox add-on.
pub const FIREFOX_ID: &str = "potbridge@potbridge.dev";

/// The Chromium extension: the first 32 hexadecimal digits of the SHA-256 of the public key in the
/// manifest's `key`, with 0–f written a–p.
pub const CHROMIUM_ID: &str = "fleehhkhpghnjcfmdmlblhoknfcdcomm";
