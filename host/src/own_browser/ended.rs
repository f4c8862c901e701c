//! Why a browser ended that nobody asked to.

use super::problems::failed;
use potbridge_protocol::{Code, Problem};
use rustix::process::WaitStatus;

/// What Chromium prints if it has no sandbox (156).
const NO_SANDBOX: [&str; 3] = [
    "No usable sandbox",
    "Running as root without --no-sandbox",
    "SUID sandbox helper binary was found, but is not",
];

/// What Chromium prints on every server, and what says nothing.
const NOISE: [&str; 3] = [":ERROR:dbus/", ":ERROR:google_apis/", ":ERROR:gpu/"];

/// Why it ended: how, and its last words, which are masked.
pub(super) fn why(name: &str, status: Option<WaitStatus>, lines: &[String]) -> Problem {
    if lines.iter().any(|line| NO_SANDBOX.iter().any(|sign| line.contains(sign))) {
        return Problem::new(Code::SandboxMissing, format!("{name} finds no sandbox that it could use here")).with_hint(
            "let unprivileged programs make user namespaces, give a container a seccomp profile that allows it, or \
             give the sandbox up: write `sandbox = false` in [browser]",
        );
    }
    let how =
        status.map_or_else(String::new, |status| match (status.terminating_signal(), status.exit_status()) {
            (Some(signal), _) => format!(", by signal {signal}"),
            (None, Some(code)) => format!(", with exit code {code}"),
            (None, None) => String::new(),
        });
    let said = lines
        .iter()
        .rev()
        .find(|line| !line.trim().is_empty() && !NOISE.iter().any(|noise| line.contains(noise)))
        .map_or_else(String::new, |line| format!(": {}", line.trim()));
    failed(format!("{name} ended by itself{how}{said}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_sandbox_is_told_from_other_reasons() {
        let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
        let sandbox = lines("a\n[1:FATAL:zygote_host_impl_linux.cc(129)] No usable sandbox! If you are\nb");
        assert_eq!(why("Chromium", None, &sandbox).code, Code::SandboxMissing);
        let other = lines("cannot open display\n\n[1:1:ERROR:dbus/bus.cc:408] Failed to connect");
        let problem = why("Chromium", None, &other);
        assert_eq!(problem.code, Code::OwnBrowserFailed);
        assert_eq!(problem.message, "Chromium ended by itself: cannot open display");
    }
}
