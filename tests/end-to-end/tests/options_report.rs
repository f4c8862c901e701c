//! The report that a person copies from the options page: the doctor's own text, and nothing secret.

use potbridge_bundler::{Program, Workspace};
use potbridge_end_to_end::both;
use potbridge_end_to_end::process::output_of;
use potbridge_end_to_end::setup::{Family, Setup};
use potbridge_end_to_end::trial::Trial;
use potbridge_test_support::executable;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

both!(the_copied_report_is_the_doctors_and_holds_no_secret, without_a_host_the_report_is_the_extensions);

const PASSWORDS: [&str; 3] = ["pw-of-redis", "pw-of-proxy", "pw-in-a-file"];

/// Has the report made and copied, and gives it.
fn copied(trial: &Trial) -> String {
    let page = trial.options_page();
    page.wait_until("document.querySelectorAll('.checks > li').length === 6");
    // Headless browsers have no clipboard. The text that is handed to it is enough.
    page.evaluate("void (navigator.clipboard.writeText = async (text) => { window.copied = text; })");
    page.evaluate("document.querySelector('[name=copy-report]').click()");
    page.wait_until("document.querySelector('[name=copy-report]').textContent === 'Copied'");
    let shown = page.evaluate("document.querySelector('#diagnostics pre').textContent");
    let copied = page.evaluate("window.copied");
    assert_eq!(copied, shown, "another text was copied than the one that is shown");
    copied.as_str().unwrap().to_owned()
}

fn the_copied_report_is_the_doctors_and_holds_no_secret(family: Family) {
    let trial = Setup::new(family, "watch").with_copied_host().begin();
    let programs =
        potbridge_bundler::build(&Workspace::find().unwrap(), &[Program::HOST, Program::SETUP_FOR_NOW])
            .unwrap();
    let setup = trial.path("potbridge-setup");
    executable::copy(programs.join("potbridge-setup"), &setup);
    let password = trial.path("redis-password");
    fs::write(&password, PASSWORDS[2]).unwrap();
    fs::set_permissions(&password, fs::Permissions::from_mode(0o600)).unwrap();
    trial.configure(&format!(
        "[[sink]]\nkind = \"redis\"\nurl = \"redis://me:pw-of-redis@127.0.0.1:1/0\"\n\
         [[sink]]\nkind = \"redis\"\nurl = \"redis://127.0.0.1:1/1\"\npassword_file = {password:?}\n\
         [serve]\nsecret = true\n[download]\nextra_options = [\"--proxy\", \"http://me:pw-of-proxy@127.0.0.1:1\"]"
    ));
    let request = trial.move_on();
    trial.wait_for_env(&request);
    let serve = String::from_utf8(trial.potbridge(&["serve", "--secret", "--print-url"]).stdout).unwrap();
    let serve = serve.trim().rsplit('/').find(|part| part.len() > 8).unwrap();
    let title = trial.evaluate("document.title");

    let report = copied(&trial);
    let doctor = output_of(trial.command_in_browsers_environment(&setup).arg("doctor"));
    let doctor = String::from_utf8(doctor.stdout).unwrap();
    let home = trial.home_of_browser();
    let masked = doctor.replace(home.to_str().unwrap(), "~").replace("redis://me@", "redis://…@");
    let own = report.split_once("\n\n").unwrap();
    assert_eq!(own.1, masked);
    assert!(
        own.0.contains("\nhelper program: connected, ") && own.0.contains("redis redis-away"),
        "{}",
        own.0
    );

    let token = request.po_token.as_deref().unwrap();
    let visitor = trial.evaluate("ytcfg.data_.VISITOR_DATA");
    let visitor = visitor.as_str().unwrap();
    let video = request.video_id.as_deref().unwrap();
    let secrets = PASSWORDS.into_iter().chain([token, visitor, video, serve, title.as_str().unwrap()]);
    for secret in secrets {
        assert!(!report.contains(secret), "{secret} is in\n{report}");
        assert!(!doctor.contains(secret), "{secret} is in\n{doctor}");
    }
    assert!(!report.contains(home.to_str().unwrap()), "{report}");
}

fn without_a_host_the_report_is_the_extensions(family: Family) {
    let trial = Setup::new(family, "watch").without_host().begin();
    let report = copied(&trial);
    assert!(report.contains("\nhelper program: absent"), "{report}");
    assert!(report.ends_with("\n\nthe doctor said nothing: no-host\n"), "{report}");
}
