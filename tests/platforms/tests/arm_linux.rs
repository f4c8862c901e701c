//! The programs for Linux on ARM64.

use crate::home::Home;
use crate::platform::Platform;
use crate::token_way;

/// `install` and `doctor` start other programs, which this machine's system knows no emulator for.
#[test]
fn a_token_comes_through_the_programs_for_arm64() {
    let Some(home) = Home::new(Platform::ArmLinux, "a_token_comes_through_the_programs_for_arm64") else {
        return;
    };
    assert!(home.run("potbridge-setup", &["list"]).contains("are not here"));
    token_way::leads_to_the_env_file_and_to_programs(&home);
}
