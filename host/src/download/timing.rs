//! How long a download waits.

use std::time::Duration;

/// How long a download waits, and how often it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// How long a browser may take to bring a token.
    pub token: Duration,
    /// How much of that is waited for a browser while none is open and nothing says that one is coming.
    pub browser: Duration,
    /// How often to look for a free place in the queue and for a request to cancel, which come without an event.
    pub poll: Duration,
    /// The least time between two updates of the record.
    pub report: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            token: Duration::from_secs(45),
            // The steps without a token come at once.
            browser: Duration::ZERO,
            poll: Duration::from_millis(100),
            report: Duration::from_millis(250),
        }
    }
}
