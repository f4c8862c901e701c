//! Takes README's animated picture of the whole way: a popup that waits, a video, its token, and what a terminal says of it.

use potbridge_end_to_end::animation::Animation;
use potbridge_end_to_end::popup::Popup;
use potbridge_end_to_end::setup::{Family, Setup};
use potbridge_end_to_end::trial::Trial;
use potbridge_stand_in::Scenario;
use serde_json::json;
use std::path::PathBuf;

/// A path that a reader could have, instead of this run's own.
const ENV: &str = "/srv/yt-dl-backend/.env";
const SCENARIO: &str = "about = \"A token as soon as the video plays\"\n[[on.play]]\nrequest = \"player\"\n";

/// `cargo test --package potbridge-end-to-end way_picture -- --ignored`, after `. tests/tools/install`; it needs ffmpeg.
#[test]
#[ignore = "a tool that writes into docs/"]
fn takes_the_animation() {
    for scheme in ["light", "dark"] {
        let trial = Setup::with(Family::Chromium, Scenario::parse("way", SCENARIO).unwrap()).begin();
        let file = [env!("CARGO_MANIFEST_DIR"), "../../docs", &format!("way-{scheme}.webp")];
        take(&trial, scheme, &file.iter().collect::<PathBuf>());
    }
}

fn take(trial: &Trial, scheme: &str, file: &std::path::Path) {
    let popup = trial.popup();
    popup.wait_until("document.querySelector('#host').dataset.kind === 'ready'");
    popup.wait_until("!document.querySelector('#empty').hidden");
    popup.prefer(trial, scheme);
    let mut animation = Animation::new(trial, scheme);
    let waiting = picture(&popup);
    let still = animation.page();
    animation.add(&json!({"page": still}), 1.0);
    animation.add(&json!({"page": still, "popup": waiting}), 2.5);

    // Chromium pauses a video that nobody sees.
    animation.bring_page_to_front();
    trial.click("#play");
    let request = trial.wait_for_request(|request| request.video_id.is_some());
    let playing: Vec<_> = (0..4).map(|_| playing(trial, &animation)).collect();
    for page in &playing {
        animation.add(&json!({"page": page, "popup": waiting}), 0.5);
    }
    trial.wait_for_env(&request);
    popup.wait_until("document.querySelector('.sinks li')?.dataset.outcome === 'written'");
    popup.wait_until("document.querySelector('#token .for').textContent.includes(' ')");
    popup.evaluate(&format!(
        "document.querySelectorAll('.sinks bdi').forEach((place) => {{ place.textContent = place.textContent.replace({:?}, {ENV:?}); }})",
        trial.env()
    ));
    let found = picture(&popup);
    let page = playing.last().unwrap();
    animation.add(&json!({"page": page, "popup": found}), 3.5);

    let token = request.po_token.unwrap();
    let line = format!("$ cat {ENV}\nYT_DLP_PO_TOKEN={}…\n", &token[..40]);
    animation.add(&json!({"page": page, "popup": found, "terminal": line}), 2.5);
    let output = trial.potbridge(&["status"]);
    let status = String::from_utf8(output.stdout).unwrap().replace(trial.env().to_str().unwrap(), ENV);
    let wanted: Vec<_> = status.lines().filter(|line| !line.is_empty()).map(as_readers_see_it).collect();
    let both = format!("{line}\n$ potbridge status\n{}", wanted.join("\n"));
    animation.add(&json!({"page": page, "popup": found, "terminal": both}), 4.5);
    animation.write(file);
}

/// A line of `status` with a settings file that a reader could have.
fn as_readers_see_it(line: &str) -> String {
    match line.split_once("/config.toml") {
        Some((before, _)) => {
            let label = before.trim_end_matches(|letter: char| letter != ' ');
            format!("{label}~/.config/potbridge/config.toml")
        }
        None => line.trim_end().to_owned(),
    }
}

/// The page after the video has played on a little. Chromium without a screen pauses what has no sound after a moment.
fn playing(trial: &Trial, animation: &Animation<'_>) -> String {
    trial.evaluate(
        "document.querySelector('video').play().then(() => new Promise((done) => {
            const now = document.querySelector('#progress').value;
            const look = () => (document.querySelector('#progress').value > now ? done(true) : requestAnimationFrame(look));
            look();
        }))",
    );
    animation.page()
}

fn picture(popup: &Popup<'_>) -> String {
    popup.bring_to_front();
    format!("data:image/png;base64,{}", popup.picture())
}
