//! Prints the table of figures.

/// See [`potbridge_bench::run`].
#[cfg(target_os = "linux")]
fn main() -> anyhow::Result<std::process::ExitCode> {
    potbridge_bench::run()
}

/// The peers are programs for Linux, and so is what the kernel is asked for.
#[cfg(not(target_os = "linux"))]
fn main() -> std::process::ExitCode {
    potbridge_setup::progress::note("the budgets are measured on Linux alone");
    std::process::ExitCode::FAILURE
}
