//! Whether this host's browser is potbridge's own.

/// The variable that potbridge's own browser hands to the host that it starts.
pub const UNATTENDED: &str = "POTBRIDGE_UNATTENDED";

/// Whether the browser that started this host is potbridge's own.
#[must_use]
pub fn is_here() -> bool {
    std::env::var_os(UNATTENDED).is_some_and(|value| !value.is_empty())
}
