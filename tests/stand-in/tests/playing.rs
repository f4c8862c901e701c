//! Real browsers decide whether the pages' players open their media and play.

use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use potbridge_browser::{Browser, Family, LaunchOptions, Page, Route};
use potbridge_protocol::PoToken;
use potbridge_stand_in::{Received, RequestKind, Scenario, StandIn, video_of_token};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Ends a test that hangs. A working test takes less, also on a busy machine.
const LIMIT: Duration = Duration::from_secs(60);

/// The state of the page's player: the number that YouTube's element gives.
const STATE: &str = "document.querySelector('#movie_player')?.getPlayerState?.()";
const ENDED: i32 = 0;
const PLAYING: i32 = 1;
const BUFFERING: i32 = 3;

macro_rules! both {
    ($($name:ident),+ $(,)?) => {
        mod chromium {
            $(#[test] fn $name() { super::$name(potbridge_browser::Family::Chromium); })+
        }
        mod firefox {
            $(#[test] fn $name() { super::$name(potbridge_browser::Family::Firefox); })+
        }
    };
}

both!(
    a_visible_page_plays_and_asks_as_its_buffer_empties,
    a_video_comes_to_its_end_and_the_next_one_plays,
    a_paused_player_stops_asking,
    a_video_that_may_not_play_by_itself_plays_after_a_click,
    tokens_are_real_only_after_the_video_has_played,
    every_kind_of_page_plays,
);

struct Trial {
    // Dropped in this order: the browser first, then what it uses.
    browser: Browser,
    stand_in: StandIn,
    _folder: TempDir,
}

impl Trial {
    fn begin(family: Family, scenario: Scenario) -> Self {
        Self::with(family, scenario, |_| {})
    }

    fn with(family: Family, scenario: Scenario, change: impl FnOnce(&mut LaunchOptions)) -> Self {
        let stand_in = StandIn::start(scenario).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = |name| folder.path().join(name);
        fs::create_dir(path("profile")).unwrap();
        fs::create_dir(path("extension")).unwrap();
        let manifest = json!({
            "manifest_version": 3,
            "name": "none",
            "version": "1.0",
            "browser_specific_settings": { "gecko": { "id": "none@potbridge.dev" } },
        });
        fs::write(path("extension/manifest.json"), manifest.to_string()).unwrap();
        let mut options = LaunchOptions {
            program: program(family),
            profile: path("profile"),
            extension: path("extension"),
            extensions_before: Vec::new(),
            in_private_windows: false,
            headless: true,
            route: Some(Route {
                address: stand_in.address(),
                spki_sha256: stand_in.spki_sha256().to_owned(),
            }),
            env: vec![("HOME".into(), folder.path().into())],
            extra_prefs: Vec::new(),
            extra_args: Vec::new(),
            log: path("log"),
        };
        change(&mut options);
        Self { browser: Browser::launch(family, &options).unwrap(), stand_in, _folder: folder }
    }

    /// Opens the scenario's first page in the tab in front.
    fn open(&self) -> Page {
        self.browser.open(self.stand_in.start_url()).unwrap()
    }

    fn evaluate(&self, page: &Page, expression: &str) -> Value {
        self.browser.evaluate(page, expression).unwrap()
    }

    #[track_caller]
    fn wait_until(&self, page: &Page, condition: &str) {
        let end = Instant::now() + LIMIT;
        while self.evaluate(page, condition) != json!(true) {
            if Instant::now() > end {
                let html = self.evaluate(page, "document.body.innerText");
                let state = self.evaluate(page, STATE);
                panic!("{condition} never came true in state {state}: {html}");
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    #[track_caller]
    fn wait_for(&self, wanted: impl Fn(&Received) -> bool) -> Received {
        self.stand_in.wait_for(LIMIT, wanted).unwrap()
    }

    fn media(&self) -> Vec<Received> {
        let mut received = self.stand_in.received();
        received.retain(is_media);
        received
    }

    /// Waits until there are more requests of a kind than this.
    #[track_caller]
    fn wait_for_more(&self, count: usize, wanted: impl Fn(&Received) -> bool) {
        let end = Instant::now() + LIMIT;
        while self.stand_in.received().iter().filter(|one| wanted(one)).count() <= count {
            assert!(Instant::now() < end, "there were never more than {count} such requests");
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// The number of media requests, when no more come.
    fn media_until_silent(&self) -> usize {
        let mut before = 0;
        loop {
            // Longer than the time between two requests of a player that plays.
            thread::sleep(Duration::from_millis(2500));
            let count = self.media().len();
            if count == before {
                return count;
            }
            before = count;
        }
    }
}

fn program(family: Family) -> PathBuf {
    let names = match family {
        Family::Chromium => ["chromium", "chromium-browser"],
        Family::Firefox => ["firefox", "firefox-esr"],
    };
    let found = names.iter().find_map(|name| which::which(name).ok());
    found.unwrap_or_else(|| panic!("{} is not installed: run ./tests/run", family.name()))
}

fn named(name: &str) -> Scenario {
    Scenario::named(name).unwrap()
}

fn is_media(request: &Received) -> bool {
    matches!(request.kind, RequestKind::Sabr | RequestKind::MediaUrl)
}

fn state_is(state: i32) -> String {
    format!("{STATE} === {state}")
}

fn is_real(request: &Received) -> bool {
    request.po_token.as_deref().is_some_and(|token| PoToken::new(token).is_ok())
}

fn a_visible_page_plays_and_asks_as_its_buffer_empties(family: Family) {
    let trial = Trial::begin(family, named("download"));
    let began = SystemTime::now();
    let page = trial.open();
    let first = trial.wait_for(is_media);
    let report = trial.wait_for(|request| request.kind == RequestKind::Stats);
    assert!(first.at <= report.at, "a report came before the media");
    trial.wait_until(&page, "document.querySelector('video.html5-main-video').currentTime > 4");
    // Two seconds ahead, and one request brings one.
    let played = began.elapsed().unwrap().as_secs() + 3;
    assert!((5..=played).contains(&(trial.media().len() as u64)), "{} media requests", trial.media().len());
    assert_eq!(trial.evaluate(&page, STATE), json!(PLAYING));
    assert_eq!(
        trial.evaluate(&page, "document.querySelector('.html5-video-container > video').videoWidth"),
        json!(64)
    );
}

fn a_video_comes_to_its_end_and_the_next_one_plays(family: Family) {
    let mut scenario = named("no-statistics");
    scenario.autoplay_after_ms = Some(1500);
    let videos: Vec<_> = scenario.videos.iter().map(|video| video.id.clone()).collect();
    let trial = Trial::begin(family, scenario);
    let page = trial.open();
    let of = |video: &str| {
        trial.wait_for(|one| one.po_token.as_deref().and_then(video_of_token).as_deref() == Some(video)).at
    };
    let times: Vec<_> = videos[..3].iter().map(|video| of(video)).collect();
    for pair in times.windows(2) {
        let lasted = pair[1].duration_since(pair[0]).unwrap();
        assert!(lasted > Duration::from_millis(1400), "a video of 1.5 s ended after {lasted:?}");
    }
    // A video of 1.5 s takes two requests of one second.
    let cpn = trial.media()[0].cpn.clone();
    assert_eq!(trial.media().iter().filter(|one| one.cpn == cpn).count(), 2);
    assert_ne!(trial.evaluate(&page, STATE), json!(ENDED));
}

fn a_paused_player_stops_asking(family: Family) {
    let trial = Trial::begin(family, named("no-statistics"));
    let page = trial.open();
    trial.wait_until(&page, &state_is(PLAYING));
    trial.evaluate(&page, "document.querySelector('#play').click()");
    let count = trial.media_until_silent();
    trial.evaluate(&page, "document.querySelector('#play').click()");
    trial.wait_for_more(count + 2, is_media);
}

fn a_video_that_may_not_play_by_itself_plays_after_a_click(family: Family) {
    let trial = Trial::with(family, named("download"), |options| {
        options.extra_args.extend(
            (family == Family::Chromium)
                .then(|| "--autoplay-policy=document-user-activation-required".into()),
        );
        options.extra_prefs.push(("media.autoplay.default".to_owned(), json!(1)));
    });
    let page = trial.open();
    let media = trial.media_until_silent();
    assert_eq!(media, 2, "more was asked for than the buffer takes");
    assert_eq!(trial.evaluate(&page, "document.querySelector('video').paused"), json!(true));
    assert_eq!(
        trial.evaluate(&page, "document.querySelector('#play').classList.contains('waiting')"),
        json!(true)
    );
    assert!(trial.stand_in.received().iter().all(is_media), "it played before it was allowed to");
    match trial.browser.marionette() {
        None => drop(trial.evaluate(&page, "document.querySelector('#play').click()")),
        Some(marionette) => {
            let find = json!({ "using": "css selector", "value": "#play" });
            let found = marionette.call("WebDriver:FindElement", &find).unwrap();
            let id = found["value"].as_object().unwrap().values().next().unwrap().clone();
            marionette.call("WebDriver:ElementClick", &json!({ "id": id })).unwrap();
        }
    }
    trial.wait_for(|request| request.kind == RequestKind::Stats);
    trial.wait_until(&page, &state_is(PLAYING));
}

fn tokens_are_real_only_after_the_video_has_played(family: Family) {
    let trial = Trial::begin(family, named("placeholders-first"));
    let _page = trial.open();
    let report = trial.wait_for(|request| request.kind == RequestKind::Stats);
    trial.wait_for(is_real);
    let media = trial.media();
    let placeholders = media.iter().take_while(|request| !is_real(request)).count();
    assert!(placeholders >= 1 && media[..placeholders].iter().all(|one| one.po_token.is_some()));
    let first_real = media.iter().find(|request| is_real(request)).unwrap();
    // The report is sent at the same moment, and may arrive after it.
    assert!(
        first_real.at + Duration::from_millis(500) > report.at,
        "a real token came long before it played"
    );
}

fn every_kind_of_page_plays(family: Family) {
    for name in ["watch", "music-pot", "shorts", "embeds", "studio", "tv", "ads", "mini-player"] {
        let trial = Trial::begin(family, named(name));
        let page = trial.open();
        trial.wait_until(&page, "document.readyState === 'complete'");
        if name == "studio" {
            trial.evaluate(&page, "document.querySelector('#play').click()");
        }
        let page_or_frame = "(document.querySelector('iframe')?.contentDocument ?? document)";
        let plays = format!("{page_or_frame}.querySelector('#stage video')?.currentTime > 0.5");
        trial.wait_until(&page, &plays);
        if name == "mini-player" {
            trial.evaluate(&page, "document.querySelector('header .home').click()");
            let corner = "document.querySelector('ytd-miniplayer video')";
            trial.wait_until(&page, &format!("{corner} && !{corner}.paused && {corner}.currentTime > 1"));
        }
    }
}

/// A page in a tab that was never in front.
fn open_hidden(trial: &Trial, url: &str) {
    match (trial.browser.cdp(), trial.browser.marionette()) {
        (Some(cdp), _) => {
            cdp.call(None, "Target.createTarget", &json!({ "url": url, "background": true })).unwrap();
        }
        (_, Some(marionette)) => {
            in_firefox(
                marionette,
                "const { gBrowser } = Services.wm.getMostRecentWindow('navigator:browser');
                 const triggeringPrincipal = Services.scriptSecurityManager.getSystemPrincipal();
                 gBrowser.addTab(arguments[0], { triggeringPrincipal });",
                &json!([url]),
            );
        }
        _ => unreachable!("a browser is of one family"),
    }
}

fn in_firefox(marionette: &potbridge_browser::marionette::Marionette, script: &str, args: &Value) {
    let context = |value| marionette.call("Marionette:SetContext", &json!({ "value": value })).unwrap();
    context("chrome");
    marionette.call("WebDriver:ExecuteScript", &json!({ "script": script, "args": args })).unwrap();
    context("content");
}

/// Chromium 156 fires no `sourceopen` in a tab that was never shown.
#[test]
fn chromium_opens_no_media_in_a_tab_that_was_never_shown() {
    let scenario = named("download");
    let (hidden, shown) = (scenario.videos[3].id.clone(), scenario.videos[0].id.clone());
    let trial = Trial::begin(Family::Chromium, scenario);
    let _page = trial.open();
    open_hidden(&trial, &format!("https://www.youtube.com/watch?v={hidden}"));
    let cdp = trial.browser.cdp().unwrap();
    let target = || {
        let targets = cdp.call(None, "Target.getTargets", &json!({})).unwrap();
        let all = targets["targetInfos"].as_array().unwrap();
        let of_hidden = |one: &&Value| one["url"].as_str().unwrap().ends_with(&hidden);
        all.iter().find(of_hidden).map(|one| one["targetId"].as_str().unwrap().to_owned())
    };
    let target = target().unwrap();
    let attached =
        cdp.call(None, "Target.attachToTarget", &json!({ "targetId": target, "flatten": true })).unwrap();
    let page = Page { session: attached["sessionId"].as_str().unwrap().to_owned(), id: target };
    // It wants to play.
    trial.wait_until(&page, &state_is(BUFFERING));
    assert_eq!(trial.evaluate(&page, "document.visibilityState"), json!("hidden"));
    let of = |one: &Received, video: &str| {
        let of_token = one.po_token.as_deref().and_then(video_of_token);
        of_token.as_deref() == Some(video) || one.video_id.as_deref() == Some(video)
    };
    let before = trial.stand_in.received().len();
    trial.wait_for_more(before + 6, |one| of(one, &shown));
    assert!(!trial.stand_in.received().iter().any(|one| of(one, &hidden)), "a hidden tab sent requests");
    cdp.call(None, "Target.activateTarget", &json!({ "targetId": page.id })).unwrap();
    trial.wait_for_more(2, |one| of(one, &hidden));
    trial.wait_until(&page, &state_is(PLAYING));

    // What has played while it was visible opens its media from then on, over a full load too.
    let again = named("download").videos[5].id.clone();
    trial.browser.open("about:blank").unwrap();
    trial.wait_until(&page, "document.visibilityState === 'hidden'");
    trial.evaluate(&page, &format!("location.href = 'https://www.youtube.com/watch?v={again}'"));
    trial.wait_for(|one| one.kind == RequestKind::Stats && one.video_id.as_deref() == Some(&again));
    trial.wait_for_more(4, |one| is_media(one) && of(one, &again));
    assert_eq!(trial.evaluate(&page, "document.visibilityState"), json!("hidden"));
}

/// Firefox ESR 153 opens them, and plays when the tab is shown, or at once if a preference says so.
#[test]
fn firefox_opens_media_in_a_tab_that_was_never_shown_and_plays_when_it_is() {
    let hidden = named("download").videos[3].id.clone();
    let url = format!("https://www.youtube.com/watch?v={hidden}");
    let trial = Trial::begin(Family::Firefox, named("download"));
    trial.browser.open("about:blank").unwrap();
    open_hidden(&trial, &url);
    trial.wait_for(is_media);
    assert_eq!(trial.media_until_silent(), 2, "more was asked for than the buffer takes");
    assert!(trial.stand_in.received().iter().all(is_media), "a hidden tab said that it plays");
    in_firefox(
        trial.browser.marionette().unwrap(),
        "const { gBrowser } = Services.wm.getMostRecentWindow('navigator:browser');
         gBrowser.selectedTab = gBrowser.tabs.at(-1);",
        &json!([]),
    );
    trial.wait_for(|one| one.kind == RequestKind::Stats && one.video_id.as_deref() == Some(&hidden));

    let trial = Trial::with(Family::Firefox, named("download"), |options| {
        let pref = "media.block-autoplay-until-in-foreground".to_owned();
        options.extra_prefs.push((pref, json!(false)));
    });
    trial.browser.open("about:blank").unwrap();
    open_hidden(&trial, &url);
    trial.wait_for(|one| one.kind == RequestKind::Stats);
    let count = trial.media().len();
    trial.wait_for_more(count + 3, is_media);
}
