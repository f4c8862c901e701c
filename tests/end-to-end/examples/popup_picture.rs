//! Takes the README's picture of the popup: `cargo run --package potbridge-end-to-end --example popup_picture FILE`.

#![allow(clippy::unwrap_used, reason = "a tool of the tests")]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use potbridge_end_to_end::trial::{Family, Setting};

fn main() {
    let file = std::env::args().nth(1).expect("name the picture's file");
    let setting = Setting::new(Family::Chromium, "watch");
    let setting =
        if std::env::args().any(|word| word == "--without-host") { setting.without_host() } else { setting };
    let trial = setting.begin();
    for _ in 0..3 {
        trial.move_on();
    }
    let popup = trial.popup();
    popup.wait_until("document.querySelector('.sinks li')?.dataset.outcome !== 'failed'");
    popup.wait_until("document.querySelectorAll('#earlier li').length === 2");
    popup.wait_until("document.querySelector('#host').dataset.kind !== 'connecting'");
    // The picture shows a place that a reader has, instead of this run's own.
    popup.evaluate(&format!(
        "document.querySelectorAll('.sinks li').forEach((line) => {{
            line.textContent = line.textContent.replace({:?}, '/srv/yt-dl-backend/.env');
        }})",
        trial.env()
    ));
    let png = popup.picture();
    std::fs::write(&file, STANDARD.decode(png).unwrap()).unwrap();
}
