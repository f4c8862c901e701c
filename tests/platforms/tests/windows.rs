//! The programs for Windows.

use crate::home::Home;
use crate::installation;
use crate::platform::Platform;
use crate::token_way;

#[test]
fn a_token_comes_through_the_programs_for_windows() {
    let test = "a_token_comes_through_the_programs_for_windows";
    let Some(home) = Home::new(Platform::Windows, test) else { return };
    token_way::leads_to_the_env_file_and_to_programs(&home);
}

#[test]
fn install_on_windows_leads_browsers_to_the_host_and_leaves_nothing() {
    let test = "install_on_windows_leads_browsers_to_the_host_and_leaves_nothing";
    let Some(home) = Home::new(Platform::Windows, test) else { return };
    installation::leads_browsers_to_the_host_and_leaves_nothing(&home);
}
