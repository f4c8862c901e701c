//! Whether all is well, for `potbridge status --check`.

use potbridge_protocol::messages::from_host::{SinkState, Status, UnknownPart};
use potbridge_protocol::{Code, Problem};
use potbridge_system::clock;

/// What is wrong: what somebody must repair, or what keeps a backend from the newest token.
///
/// Other warnings, such as a file that git would publish, are no faults.
#[must_use]
pub fn faults(status: &Status) -> Vec<Problem> {
    let in_memory = status.problems.is_empty() && status.unknown.contains(&UnknownPart::Tokens);
    let mut faults = status.problems.clone();
    if in_memory {
        faults.push(
            Problem::new(
                Code::StoreInMemory,
                "the tokens are in the memory of the browser's host, where no command can read them",
            )
            .with_hint("give the store a file: take `path = \":memory:\"` out of [store]"),
        );
    }
    faults.extend(status.registrations.iter().cloned());
    faults.extend(status.sinks.iter().flat_map(SinkState::faults));
    faults
}

/// Whether there is a fresh token to give: one of a private window counts if such tokens are given.
#[must_use]
pub fn has_fresh_token(status: &Status, private_windows: bool) -> bool {
    let now = clock::now_ms();
    status.tokens.iter().any(|token| now < token.fresh_until && (private_windows || !token.private))
}
