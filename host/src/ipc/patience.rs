//! How a program waits for a token.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How long programs wait for a browser if nothing says that one is coming, when nobody told them to wait for one.
///
/// Between the start of a browser and the file of its connection nothing tells of it: 0.5 to 1.5 s (Chromium 156, Firefox 153).
/// An extension whose host was updated or killed is back within a second. Whoever has no browser open waits for this once
/// in a run of yt-dlp, and a download, which has other ways, not at all.
pub const GRACE: Duration = Duration::from_secs(2);

/// How often a program that waits looks for what no event tells of.
pub(super) const LOOK: Duration = Duration::from_millis(100);

/// How a program waits for a token.
#[derive(Clone, Debug)]
pub struct Patience {
    /// How long it waits for a browser while nothing says that one is coming. The request's time limit ends it too.
    pub for_browser: Duration,
    /// Says that nobody waits any more.
    pub withdrawal: Withdrawal,
    /// Called if a browser is asked whose user has not said yet whether programs may have videos opened.
    pub on_question: fn(),
}

impl Patience {
    /// One that is not withdrawn.
    #[must_use]
    pub fn new(for_browser: Duration) -> Self {
        Self { for_browser, withdrawal: Withdrawal::default(), on_question: || () }
    }
}

/// Says that nobody waits for a token any more. Its clones are one.
#[derive(Clone, Debug, Default)]
pub struct Withdrawal(Arc<AtomicBool>);

impl Withdrawal {
    /// Whether nobody waits any more.
    #[must_use]
    pub fn is_withdrawn(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// A guard that withdraws the request when it is dropped.
    #[must_use]
    pub fn at_drop(&self) -> WithdrawAtDrop {
        WithdrawAtDrop(self.clone())
    }
}

/// Withdraws a token request when it is dropped.
#[derive(Debug)]
pub struct WithdrawAtDrop(Withdrawal);

impl Drop for WithdrawAtDrop {
    fn drop(&mut self) {
        self.0.0.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_withdrawal_is_one_for_all_its_clones() {
        let patience = Patience::new(GRACE);
        let guard = patience.withdrawal.clone().at_drop();
        assert!(!patience.withdrawal.is_withdrawn());
        drop(guard);
        assert!(patience.withdrawal.is_withdrawn());
    }
}
