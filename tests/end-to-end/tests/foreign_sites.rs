//! A page of any other site can send requests to the player's hosts. Nothing that it writes into them is taken.

use potbridge_end_to_end::both;
use potbridge_end_to_end::forged::{Forged, Form};
use potbridge_end_to_end::process::holds_text;
use potbridge_end_to_end::setup::{Family, Setup};
use potbridge_end_to_end::tab::Tab;
use potbridge_end_to_end::trial::{LIMIT, Trial};
use potbridge_stand_in::RequestKind;
use serde_json::{Value, json};
use std::thread;
use std::time::{Duration, Instant};

both!(
    no_request_of_another_site_is_taken,
    the_same_requests_of_the_players_page_are_taken,
    a_player_that_another_site_frames_is_taken,
    another_site_cannot_name_a_playback,
    many_tokens_of_another_site_push_none_out,
);

const ELSEWHERE: &str = "https://elsewhere.example/";

/// Longer than a token may wait for its name.
const NAME_WAIT: Duration = Duration::from_secs(3);

/// Where, how and what another site sends.
const ATTEMPTS: &[(&str, &str, Form)] = &[
    ("page", "fetch", Form::Player),
    ("page", "fetch", Form::Sabr),
    ("page", "keepalive", Form::Player),
    ("page", "xhr", Form::Player),
    ("page", "beacon", Form::Player),
    ("page", "beacon", Form::Sabr),
    ("page", "img", Form::Captions),
    ("page", "img", Form::Media),
    ("page", "video", Form::Media),
    ("page", "audio", Form::Media),
    ("page", "script", Form::Captions),
    ("page", "import", Form::Captions),
    ("page", "stylesheet", Form::Captions),
    ("page", "background", Form::Captions),
    ("page", "font", Form::Media),
    ("page", "prefetch", Form::Captions),
    ("page", "preload", Form::Captions),
    ("page", "object", Form::Captions),
    ("page", "embed", Form::Captions),
    ("page", "frame", Form::Captions),
    ("page", "frame", Form::Media),
    ("page", "ping", Form::Captions),
    ("page", "event-source", Form::Captions),
    ("page", "web-socket", Form::Captions),
    ("page", "form-in-frame", Form::Player),
    ("page", "csp-report", Form::Captions),
    ("sandboxed", "fetch", Form::Player),
    ("sandboxed", "fetch", Form::Sabr),
    ("sandboxed", "xhr", Form::Player),
    ("sandboxed", "beacon", Form::Player),
    ("sandboxed", "img", Form::Captions),
    ("sandboxed", "img", Form::Media),
    ("sandboxed", "video", Form::Media),
    ("sandboxed", "frame", Form::Captions),
    ("sandboxed", "form-in-frame", Form::Player),
    ("data", "fetch", Form::Player),
    ("data", "img", Form::Media),
    ("data", "form-in-frame", Form::Player),
    ("srcdoc", "fetch", Form::Player),
    ("srcdoc", "img", Form::Captions),
    ("blob", "fetch", Form::Player),
    ("blob", "img", Form::Media),
    ("blank", "fetch", Form::Player),
    ("blob-worker", "fetch", Form::Player),
    ("data-worker", "fetch", Form::Player),
    ("data-worker", "fetch", Form::Sabr),
    ("service-worker", "fetch", Form::Player),
    ("service-worker", "fetch", Form::Media),
    // A new window hides the page, and a hidden page loads no video.
    ("page", "window", Form::Captions),
    ("page", "window", Form::Media),
    ("page", "form-in-window", Form::Player),
];

/// What another site's own server redirects to the player's hosts.
const REDIRECTED: &[(&str, &str, Form)] = &[
    ("page", "fetch", Form::Player),
    ("page", "img", Form::Captions),
    ("page", "frame", Form::Captions),
    ("page", "form-in-window", Form::Player),
    ("sandboxed", "fetch", Form::Player),
    ("sandboxed", "img", Form::Media),
];

/// What is counted if the player sends it: a cold-start token, and the word of a player that has to wait.
const NO_TOKENS: [&str; 2] = ["IghOa09qJ1uTqg==", "backoff"];

/// A trial whose pages may open windows and send pings without a click.
fn begin(family: Family, scenario: &str) -> Trial {
    Setup::new(family, scenario)
        .with_pref("dom.disable_open_during_load", json!(false))
        .with_pref("browser.send_pings", json!(true))
        .begin()
}

fn forge(elsewhere: &Tab<'_>, place: &str, way: &str, request: &Value) {
    let _sent = elsewhere.evaluate(&format!("forge({place:?}, {way:?}, {request}).then(() => true)"));
}

/// The ways by which this token came into the places that it must not be in.
fn places_with(trial: &Trial, memory: &str, forged: &Forged) -> Vec<&'static str> {
    let status = trial.potbridge(&["status", "--json"]).stdout;
    let status = String::from_utf8(status).unwrap();
    let mut places = Vec::new();
    if trial.store_holds(&forged.token) {
        places.push("store");
    }
    if holds_text(trial.env(), &forged.token) {
        places.push(".env");
    }
    if memory.contains(&forged.token) || memory.contains(&forged.video) {
        places.push("journal");
    }
    if status.contains(&forged.video) {
        places.push("status");
    }
    if trial.potbridge(&["get", "--video", &forged.video]).status.success() {
        places.push("get");
    }
    places
}

#[track_caller]
fn wait_until_received(trial: &Trial, what: &str, forged: &Forged) {
    let is = |token: &Option<String>| token.as_deref() == Some(&forged.token);
    let received = trial.stand_in.wait_for(LIMIT, |request| is(&request.po_token));
    assert!(received.is_ok(), "the browser did not send it: {what}");
}

/// Waits until a token of the player's own page is in the store, sent after all else. It carries no name.
#[track_caller]
fn wait_for_control(trial: &Trial) {
    let control = Forged::random();
    let end = Instant::now() + LIMIT;
    // A player asks for media again and again. Not every body of such a request is read.
    while !trial.store_holds(&control.token) {
        assert!(Instant::now() < end, "the token of the player's own page was not taken");
        send_as_player(trial, &control.request(Form::Sabr));
        thread::sleep(Duration::from_millis(500));
    }
}

/// Sends a request from the player's page.
fn send_as_player(trial: &Trial, request: &Value) {
    let _sent = trial.evaluate(&format!(
        "(({{ url, text, base64 }}) => {{
            const body = base64 === undefined ? text : Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
            return fetch(url, {{ method: body === undefined ? 'GET' : 'POST', body }}).then(() => true);
        }})({request})"
    ));
}

fn no_request_of_another_site_is_taken(family: Family) {
    let trial = begin(family, "watch");
    let elsewhere = trial.open(ELSEWHERE);
    let mut sent = Vec::new();
    for (place, way, form) in ATTEMPTS {
        let forged = Forged::random();
        forge(&elsewhere, place, way, &forged.request(*form));
        sent.push((format!("{way} of {form:?} in {place}"), forged));
    }
    for (place, way, form) in REDIRECTED {
        let forged = Forged::random();
        forge(&elsewhere, place, way, &forged.redirected(*form));
        sent.push((format!("{way} of {form:?} in {place}, redirected"), forged));
    }
    let forged = Forged::random();
    forge(&elsewhere, "page", "sandboxed-player", &forged.in_sandboxed_player());
    sent.push(("a sandboxed page of the player's site".to_owned(), forged));
    let no_tokens = NO_TOKENS.map(|token| Forged { token: token.to_owned(), ..Forged::random() });
    for forged in &no_tokens {
        forge(&elsewhere, "sandboxed", "fetch", &forged.request(Form::Player));
        forge(&elsewhere, "page", "window", &forged.request(Form::Captions));
    }
    for (what, forged) in &sent {
        wait_until_received(&trial, what, forged);
    }
    for forged in &no_tokens {
        let came = |path: &str| {
            let is = |video: &Option<String>| video.as_ref() == Some(&forged.video);
            trial.stand_in.wait_for(LIMIT, |request| request.path.starts_with(path) && is(&request.video_id))
        };
        assert!(came("/youtubei/").is_ok() && came("/api/timedtext").is_ok(), "the browser did not send it");
    }
    // A token without a name may wait. So the control is not sent before the others could have gone out.
    thread::sleep(NAME_WAIT);
    wait_for_control(&trial);

    let memory = trial.popup().browser_memory();
    let taken: Vec<_> = sent
        .iter()
        .map(|(what, forged)| (what, places_with(&trial, &memory, forged)))
        .filter(|(_, places)| !places.is_empty())
        .collect();
    assert!(taken.is_empty(), "taken from another site: {taken:#?}");
    let counters = &trial.status()["counters"];
    let counted: u64 =
        counters.as_object().into_iter().flatten().filter_map(|(_, count)| count.as_u64()).sum();
    assert_eq!(counted, 0, "{counters}");
}

/// The control of the test above: only who sends makes the difference.
fn the_same_requests_of_the_players_page_are_taken(family: Family) {
    let trial = begin(family, "watch");
    for form in [Form::Player, Form::Captions, Form::Media, Form::Sabr] {
        let forged = Forged::random();
        send_as_player(&trial, &forged.request(form));
        send_as_player(&trial, &forged.report_of(&forged.cpn));
        let found = trial.wait_for_token(&forged.video, |found| found["token"] == json!(forged.token));
        assert_eq!(found["certainty"], json!("certain"), "{form:?}");
    }
}

fn a_player_that_another_site_frames_is_taken(family: Family) {
    let scenario = "about = \"embedded\"\n[[embed.load]]\nrequest = \"player\"\n";
    let scenario = potbridge_stand_in::Scenario::parse("embedded", scenario).unwrap();
    let trial = Setup::with(family, scenario).at(ELSEWHERE).begin();
    let _framed = trial.evaluate(
        "forge('page', 'frame', { url: 'https://www.youtube-nocookie.com/embed/Nn3XSY27eIk' }).then(() => true)",
    );
    let request = trial.stand_in.wait_for(LIMIT, |_| true).unwrap();
    assert_eq!(request.host, "www.youtube-nocookie.com");
    trial.wait_for_env(&request);
}

fn another_site_cannot_name_a_playback(family: Family) {
    let trial = begin(family, "long-play");
    let request = trial.wait_for_request(|request| request.kind == RequestKind::Sabr);
    let cpn = request.cpn.as_deref().unwrap();
    let own = trial.evaluate("new URL(location.href).searchParams.get('v')");
    let own = own.as_str().unwrap();
    trial.wait_for_token(own, |found| found["token"] == json!(request.po_token));

    let elsewhere = trial.open(ELSEWHERE);
    let mut named = Vec::new();
    for (place, way) in [
        ("page", "img"),
        ("page", "beacon"),
        ("sandboxed", "img"),
        ("sandboxed", "fetch"),
        ("data", "img"),
        ("page", "frame"),
        ("page", "window"),
    ] {
        // Of a playback that is known, and of one that is not yet known.
        for cpn in [cpn, &Forged::random().cpn] {
            let forged = Forged::random();
            forge(&elsewhere, place, way, &forged.report_of(cpn));
            named.push((place, way, forged));
        }
    }
    for (place, way, Forged { video, .. }) in &named {
        let received = trial.stand_in.wait_for(LIMIT, |request| request.video_id.as_ref() == Some(video));
        assert!(received.is_ok(), "the browser did not send it: {way} in {place}");
    }
    wait_for_control(&trial);

    let memory = trial.popup().browser_memory();
    for (place, way, Forged { video, .. }) in &named {
        assert!(!memory.contains(video), "{way} in {place} named a playback in the journal");
        assert!(!trial.store_holds(video), "{way} in {place} named a playback in the store");
        assert!(!trial.potbridge(&["get", "--video", video]).status.success());
    }
    trial.wait_for_token(own, |found| found["token"] == json!(request.po_token));
}

fn many_tokens_of_another_site_push_none_out(family: Family) {
    /// More than the store keeps.
    const MANY: usize = 1300;
    let trial = begin(family, "watch");
    let own = trial.move_on();
    trial.wait_for_env(&own);

    let elsewhere = trial.open(ELSEWHERE);
    let forged: Vec<_> = (0..MANY).map(|_| Forged::random()).collect();
    // From a frame without an origin, in batches: a browser limits what it sends at once.
    for batch in forged.chunks(100) {
        let requests: Vec<_> = batch.iter().map(|forged| forged.request(Form::Captions)).collect();
        let _sent = elsewhere.evaluate(&format!(
            "(() => {{
                const send = `for (const {{ url }} of ${{JSON.stringify({requests})}})
                    fetch(url, {{ mode: 'no-cors' }}).catch(() => {{}});`;
                const frame = document.createElement('iframe');
                frame.sandbox = 'allow-scripts';
                frame.srcdoc = `<script>${{send}}</` + 'script>';
                document.body.append(frame);
                return true;
            }})()",
            requests = json!(requests),
        ));
    }
    for forged in &forged {
        wait_until_received(&trial, "one of many", forged);
    }
    wait_for_control(&trial);

    let video = own.video_id.unwrap();
    let found = trial.wait_for_token(&video, |found| found["token"] == json!(own.po_token));
    assert_eq!(found["certainty"], json!("certain"));
    let memory = trial.popup().browser_memory();
    assert!(forged.iter().all(|forged| !memory.contains(&forged.token) && !trial.store_holds(&forged.token)));
}
