//! A download from the popup: a real browser, real yt-dlp, and a media server that requires the right token.

use potbridge_end_to_end::both;
use potbridge_end_to_end::downloads::{granted, table, video};
use potbridge_end_to_end::popup::Popup;
use potbridge_end_to_end::setup::{Family, Setup};
use potbridge_end_to_end::streams::has_formats;
use potbridge_end_to_end::trial::{LIMIT, Trial};
use potbridge_stand_in::{DownloadRules, Obstacle, Offer, PlayerClient, Received, RequestKind};
use serde_json::{Value, json};
use std::path::Path;

both!(
    a_download_from_the_popup_shows_progress_and_succeeds,
    a_token_refused_half_way_is_replaced_by_the_player,
    a_video_without_a_token_is_opened_for_a_moment,
    a_video_that_the_tokens_client_does_not_get_comes_without_a_token,
    yt_dlp_gets_cookies_only_after_consent,
    a_download_that_wants_a_login_is_retried_with_it_by_one_button,
    a_download_is_cancelled_and_retried_in_the_popup,
    the_focus_stays_while_a_download_runs_and_the_button_counts_it,
    the_list_of_downloads_keeps_low,
);

fn a_download_from_the_popup_shows_progress_and_succeeds(family: Family) {
    let (trial, request) = playing(family, slow());
    let video = request.video_id.clone().unwrap();
    let popup = ready(&trial, &video);
    popup.evaluate(
        "new MutationObserver(() => {
            const { permille, state } = document.querySelector('#downloads li')?.dataset ?? {};
            const { dataset } = document.documentElement;
            if (state === 'downloading' && permille !== undefined) dataset.seen = `${dataset.seen ?? ''} ${permille}`;
        }).observe(document.body, {subtree: true, childList: true, attributes: true}), true",
    );
    popup.evaluate("document.querySelector('#download button[name=start]').click()");
    popup.wait_until(&state_is("done"));
    let seen = popup.evaluate("document.documentElement.dataset.seen");
    let mut seen: Vec<u64> =
        seen.as_str().unwrap().split_whitespace().map(|part| part.parse().unwrap()).collect();
    seen.dedup();
    assert!(seen.len() >= 3 && seen.is_sorted(), "the bar did not move: {seen:?}");
    assert!(landed(&trial, &video));
    let granted = granted(&trial.stand_in);
    assert!(!granted.is_empty());
    for shown in granted {
        assert!(shown.po_token == request.po_token, "another token than {request} was shown: {shown}");
    }
}

fn a_token_refused_half_way_is_replaced_by_the_player(family: Family) {
    let (trial, request) =
        playing(family, DownloadRules { refuse_token_after: Some(700_000), ..DownloadRules::default() });
    let video = request.video_id.clone().unwrap();
    let popup = ready(&trial, &video);
    popup.evaluate("document.querySelector('#download button[name=start]').click()");
    popup.wait_until(&state_is("done"));
    assert!(landed(&trial, &video));
    let notices = notices(&popup);
    assert!(notices.contains("refused") && notices.contains("new token"), "{notices}");
    let granted = granted(&trial.stand_in);
    assert!(granted.iter().any(|shown| shown.po_token == request.po_token));
    assert!(granted.last().unwrap().po_token != request.po_token);
}

fn a_video_without_a_token_is_opened_for_a_moment(family: Family) {
    let (trial, request) = playing(family, DownloadRules::default());
    let video = video(3);
    assert_ne!(request.video_id.as_deref(), Some(&*video));
    let popup = ready(&trial, request.video_id.as_deref().unwrap());
    let before = popup.evaluate(TABS).as_u64().unwrap();
    let output = trial.potbridge(&["download", &video, "--preset", "audio", "--json"]);
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{stdout}{}", String::from_utf8_lossy(&output.stderr));
    let token = granted(&trial.stand_in).pop().unwrap().po_token;
    let of_page = |request: &Received| request.kind == RequestKind::Sabr && request.po_token == token;
    trial.stand_in.wait_for(LIMIT, of_page).unwrap();
    // One tab is kept for the next video.
    popup.wait_for_value(&format!("{TABS}.then((tabs) => tabs <= {})", before + 1), &json!(true));
    popup.wait_until(&state_is("done"));
}

fn a_video_that_the_tokens_client_does_not_get_comes_without_a_token(family: Family) {
    let (trial, request) =
        playing(family, DownloadRules::default().offering(PlayerClient::Mweb, Offer::Sabr));
    let video = request.video_id.unwrap();
    let popup = ready(&trial, &video);
    let before = popup.evaluate(TABS);
    popup.evaluate("document.querySelector('#download button[name=start]').click()");
    popup.wait_until(&state_is("done"));
    assert!(landed(&trial, &video));
    let notices = notices(&popup);
    assert!(notices.contains("without a token") && notices.contains("SABR"), "{notices}");
    assert!(granted(&trial.stand_in).iter().all(|shown| shown.po_token.is_none()));
    assert_eq!(popup.evaluate(TABS), before, "a new token would not help");
}

fn yt_dlp_gets_cookies_only_after_consent(family: Family) {
    let trial = Setup::new(family, "download").granting_cookies().begin();
    begun(&trial, &video(0));
    trial.click("#next");
    let request = trial.wait_for_request(|request| request.kind == RequestKind::Player);
    let video = request.video_id.unwrap();
    let theirs = request.cookies.unwrap();
    let visitor = theirs.split("; ").find(|cookie| cookie.starts_with("VISITOR_INFO1_LIVE=")).unwrap();
    let popup = ready(&trial, &video);
    let shown = || {
        let mut asked = trial.stand_in.received();
        asked.retain(|request| request.kind == RequestKind::Extraction);
        asked.pop().unwrap().cookies.unwrap_or_default()
    };
    popup.evaluate("document.querySelector('#download button[name=start]').click()");
    popup.wait_until(&state_is("done"));
    assert!(!shown().contains(visitor), "nobody agreed");

    popup.click("#download button[name=choices]");
    popup.click("#download input[name=cookies]");
    popup.wait_until("document.querySelector('#download input[name=cookies]').checked");
    popup.evaluate("document.querySelector('#downloads button[name=forget]').click()");
    popup.wait_until("document.querySelector('#downloads li') === null");
    std::fs::remove_dir_all(trial.path("Downloads")).unwrap();
    popup.evaluate("document.querySelector('#download button[name=start]').click()");
    popup.wait_until(&state_is("done"));
    assert!(shown().contains(visitor), "YouTube did not see the session's cookies");
}

fn a_download_that_wants_a_login_is_retried_with_it_by_one_button(family: Family) {
    let trial = Setup::new(family, "download").granting_cookies().begin();
    trial
        .stand_in
        .set_rules(DownloadRules { obstacle: Some(Obstacle::BotCheck), ..DownloadRules::default() });
    begun(&trial, &video(0));
    trial.click("#next");
    let request = trial.wait_for_request(|request| request.kind == RequestKind::Player);
    let popup = ready(&trial, request.video_id.as_deref().unwrap());
    popup.evaluate("document.querySelector('#download button[name=start]').click()");
    popup.wait_until(&state_is("failed"));
    assert_eq!(popup.text("#downloads summary"), "YouTube wants a login");
    let theirs = request.cookies.unwrap();
    let visitor = theirs.split("; ").find(|cookie| cookie.starts_with("VISITOR_INFO1_LIVE=")).unwrap();
    let has_theirs = |request: &Received| {
        request.kind == RequestKind::Extraction
            && request.cookies.as_ref().is_some_and(|cookies| cookies.contains(visitor))
    };
    assert!(!trial.stand_in.received().iter().any(has_theirs), "nobody agreed");
    popup.click("#downloads button[name=login]");
    trial.stand_in.wait_for(LIMIT, has_theirs).unwrap();
    let choices = popup.evaluate("chrome.storage.local.get('download-choices')");
    assert_ne!(choices["download-choices"]["cookies"], json!(true), "later downloads have the login too");
}

fn a_download_is_cancelled_and_retried_in_the_popup(family: Family) {
    let (trial, request) = playing(family, slow());
    let video = request.video_id.clone().unwrap();
    let popup = ready(&trial, &video);
    popup.evaluate("document.querySelector('#download button[name=start]').click()");
    popup.wait_until("Number(document.querySelector('#downloads li')?.dataset.permille) > 50");
    // The download outlives the background script.
    trial.stop_background();
    drop(popup);
    let popup = trial.popup();
    popup.wait_until("Number(document.querySelector('#downloads li')?.dataset.permille) > 100");
    popup.evaluate("document.querySelector('#downloads button[name=cancel]').click()");
    popup.wait_until(&state_is("cancelled"));
    trial.stand_in.set_rules(DownloadRules::default());
    let before = granted(&trial.stand_in).len();
    popup.evaluate("document.querySelector('#downloads button[name=retry]').click()");
    popup.wait_until(&state_is("done"));
    assert!(granted(&trial.stand_in)[before].download.unwrap().range.unwrap().0 > 0, "it did not resume");
    assert!(landed(&trial, &video));
    popup.evaluate("document.querySelector('#downloads button[name=forget]').click()");
    popup.wait_until("document.querySelector('#downloads li') === null");
}

fn the_focus_stays_while_a_download_runs_and_the_button_counts_it(family: Family) {
    let (trial, request) = playing(family, slow());
    let popup = ready(&trial, request.video_id.as_deref().unwrap());
    popup.evaluate("void document.querySelector('#download button[name=start]').focus()");
    popup.evaluate(
        "void new MutationObserver(() => {
            const { dataset } = document.documentElement;
            const { name } = document.activeElement;
            if (dataset.focus?.split(' ').at(-1) !== String(name)) dataset.focus = `${dataset.focus ?? ''} ${name}`;
        }).observe(document.body, {subtree: true, childList: true, attributes: true, characterData: true})",
    );
    popup.evaluate("document.querySelector('#download button[name=start]').click()");
    popup.wait_until("Number(document.querySelector('#downloads li')?.dataset.permille) > 50");
    popup.wait_for_value("chrome.action.getBadgeText({})", &json!("1"));
    popup.evaluate("void document.querySelector('#downloads button[name=cancel]').focus()");
    popup.wait_until("Number(document.querySelector('#downloads li')?.dataset.permille) > 300");
    popup.evaluate("document.activeElement.click()");
    popup.wait_until(&state_is("cancelled"));
    // The button is gone, and the focus is at the one that came for it.
    popup.wait_until("document.activeElement.name === 'retry'");
    popup.evaluate(
        "document.querySelector('#downloads button[name=forget]').focus(), document.activeElement.click()",
    );
    popup.wait_until("document.querySelector('#downloads li') === null");
    popup.wait_until("document.activeElement.name === 'start'");
    popup.wait_for_value("chrome.action.getBadgeText({})", &json!(""));
    let focus = popup.evaluate("document.documentElement.dataset.focus");
    assert!(!focus.as_str().unwrap().contains("undefined"), "the focus fell to the body: {focus}");
}

fn the_list_of_downloads_keeps_low(family: Family) {
    let (trial, request) = playing(family, DownloadRules::default());
    let popup = ready(&trial, request.video_id.as_deref().unwrap());
    let running = json!({"state": "downloading", "progress": {"permille": 410, "bytes": 1, "eta": 12}});
    let waiting = json!({"state": "queued"});
    let failed = json!({"state": "failed", "error": {"code": "members-only", "message": "For members only.", "hint": "Log in."}});
    let done = json!({"state": "done", "file": "/v/a.mp4"});
    for list in [
        vec![&running, &running, &waiting],
        vec![&running, &failed, &waiting, &waiting, &done, &done],
        vec![&failed, &failed, &failed],
        vec![&done, &done, &done],
    ] {
        let downloads: Vec<_> =
            list.into_iter().enumerate().map(|(number, more)| download(number, more)).collect();
        let shown = json!({"dir": "/v", "downloads": downloads, "actionErrors": {}});
        popup.evaluate(&format!("chrome.storage.session.set({{downloads: {shown}}})"));
        popup.wait_until(&format!(
            "[...document.querySelectorAll('#download-list li[data-id]')].length === {}",
            downloads.len()
        ));
        let size = popup.evaluate(
            "[document.querySelector('#download-list').getBoundingClientRect().bottom
                - document.querySelector('#download').getBoundingClientRect().top,
              document.documentElement.scrollWidth - document.documentElement.clientWidth]",
        );
        assert!(size[0].as_f64().unwrap() <= 185.0, "{size} px with {shown}");
        assert_eq!(size[1], json!(0), "it is too wide with {shown}");
    }
}

/// A download as the host tells it.
fn download(number: usize, more: &Value) -> Value {
    let mut download = json!({
        "id": format!("d{number}"), "title": "A video whose title is so long that no line of a popup has room for it",
        "preset": "best", "subtitles": false, "state": "queued", "progress": {"bytes": 0}, "notices": [],
        "asked_at": number, "at": 1,
    });
    download.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    download
}

/// The number of open tabs.
const TABS: &str = "chrome.tabs.query({}).then((tabs) => tabs.length)";

fn slow() -> DownloadRules {
    DownloadRules { bytes_per_second: Some(500_000), ..DownloadRules::default() }
}

/// A browser that plays the first video, whose token has been delivered.
fn playing(family: Family, rules: DownloadRules) -> (Trial, Received) {
    let trial = Setup::new(family, "download").begin();
    trial.stand_in.set_rules(rules);
    let video = video(0);
    let request = begun(&trial, &video);
    (trial, Received { video_id: Some(video), ..request })
}

/// Configures downloads and waits for the token of the playing video.
fn begun(trial: &Trial, video: &str) -> Received {
    trial.configure(&table(&trial.stand_in, &trial.path("Downloads"), &[]));
    let request = trial.wait_for_request(|_| true);
    trial.wait_for_token(video, |token| token["token"].as_str() == request.po_token.as_deref());
    request
}

fn ready<'a>(trial: &'a Trial, video: &str) -> Popup<'a> {
    let popup = trial.popup();
    popup.wait_until(&format!(
        "!document.querySelector('#download').hidden && document.querySelector('#download').dataset.video === {:?}
            && document.querySelector('#download button[name=start]').ariaDisabled === 'false'",
        json!(video).as_str().unwrap()
    ));
    popup
}

fn state_is(state: &str) -> String {
    format!("document.querySelector('#downloads li')?.dataset.state === '{state}'")
}

/// What the host says of the first download, which is in a fold.
fn notices(popup: &Popup<'_>) -> String {
    let text = popup.evaluate("document.querySelector('#downloads .notices').textContent");
    text.as_str().unwrap().to_owned()
}

fn landed(trial: &Trial, video: &str) -> bool {
    let named = |path: &Path| path.to_string_lossy().contains(&format!("[{video}]"));
    let files = std::fs::read_dir(trial.path("Downloads")).unwrap().flatten().map(|entry| entry.path());
    let file = files.into_iter().find(|path| named(path));
    has_formats(&file.expect("no file was downloaded"), &trial.stand_in, video, &[137, 140])
}
