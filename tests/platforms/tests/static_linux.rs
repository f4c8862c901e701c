//! The static programs for any Linux.

use crate::home::{Home, succeeds};
use crate::installation;
use crate::platform::Platform;
use crate::token_way;
use std::process::{Command, Stdio};

#[test]
fn static_programs_need_no_library() {
    let Some(home) = Home::new(Platform::StaticLinux, "static_programs_need_no_library") else { return };
    for program in ["potbridge", "potbridge-setup"] {
        let mut read = Command::new("readelf");
        read.args(["--program-headers", "--dynamic"]).arg(home.path("archive").join(program));
        let read = read.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let said = succeeds(read);
        assert!(!said.contains("INTERP") && !said.contains("NEEDED"), "{said}");
    }
}

#[test]
fn a_token_comes_through_static_programs() {
    let Some(home) = Home::new(Platform::StaticLinux, "a_token_comes_through_static_programs") else {
        return;
    };
    token_way::leads_to_the_env_file_and_to_programs(&home);
}

#[test]
fn static_programs_install_and_leave_nothing() {
    let Some(home) = Home::new(Platform::StaticLinux, "static_programs_install_and_leave_nothing") else {
        return;
    };
    installation::leads_browsers_to_the_host_and_leaves_nothing(&home);
}
