//! Takes the README's pictures of the popup.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use potbridge_end_to_end::downloads::table;
use potbridge_end_to_end::setup::{Family, Setup};
use potbridge_stand_in::DownloadRules;
use std::path::PathBuf;

/// `cargo test --package potbridge-end-to-end popup_picture -- --ignored`, after `. tests/tools/install`.
#[test]
#[ignore = "a tool that writes into docs/"]
fn takes_the_pictures() {
    let trial = Setup::new(Family::Chromium, "download").begin();
    trial.configure(&table(&trial.stand_in, &trial.path("Downloads"), &[]));
    trial.stand_in.set_rules(DownloadRules { bytes_per_second: Some(300_000), ..DownloadRules::default() });
    for _ in 0..2 {
        trial.move_on();
    }
    let popup = trial.popup();
    popup.wait_until("!document.querySelector('#download').hidden");
    popup.evaluate("document.querySelector('#download button[name=start]').click()");
    popup.wait_until("Number(document.querySelector('#downloads li')?.dataset.permille) > 200");
    popup.wait_until("document.querySelector('.sinks li')?.dataset.outcome !== 'failed'");
    popup.wait_until("document.querySelectorAll('#earlier li').length === 1");
    popup.wait_until("document.querySelector('#host').dataset.kind !== 'connecting'");
    // The picture shows paths that a reader could have, instead of this run's own.
    popup.evaluate(&format!(
        "document.querySelectorAll('.sinks bdi').forEach((place) => {{
            place.textContent = place.textContent.replace({:?}, '/srv/yt-dl-backend/.env');
        }}),
        document.querySelectorAll('#download .to').forEach((line) => {{
            line.textContent = line.textContent.replace(/[/].*/, '/home/me/Downloads');
        }})",
        trial.env()
    ));
    for scheme in ["light", "dark"] {
        popup.prefer(&trial, scheme);
        let file = [env!("CARGO_MANIFEST_DIR"), "../../docs", &format!("popup-{scheme}.png")];
        std::fs::write(file.iter().collect::<PathBuf>(), STANDARD.decode(popup.picture()).unwrap()).unwrap();
    }
}
