//! potbridge's own browser: started by whoever asks for a token, seen by nobody, and ended without a rest.

use potbridge_end_to_end::both;
use potbridge_end_to_end::downloads::video;
use potbridge_end_to_end::own_browser::{FailingProxy, OwnBrowser};
use potbridge_end_to_end::process::{kill, output, output_of, wait};
use potbridge_end_to_end::setup::Family;
use potbridge_stand_in::{RequestKind, video_of_token};
use serde_json::{Value, json};
use std::fs;
use std::process::Command;
use std::time::Duration;

both!(
    a_cold_start_brings_a_token_and_idleness_leaves_nothing,
    pages_see_an_ordinary_browser,
    whatever_is_killed_the_next_that_asks_gets_a_token,
    yt_dlp_has_it_started_and_downloads_three_videos,
);

fn a_cold_start_brings_a_token_and_idleness_leaves_nothing(family: Family) {
    let own = OwnBrowser::new(family, "2s", "");
    // Many at once have one browser started.
    let asked: Vec<_> = (0..10).map(|_| own.ask(&video(1))).collect();
    let tokens: Vec<_> = asked.into_iter().map(|get| own.token_of(&video(1), &output(get))).collect();
    assert!(tokens.iter().all(|token| *token == tokens[0]));
    let status = own.status();
    assert_eq!((&status["role"], &status["family"]), (&json!("watchdog"), &json!(family.name())));

    let warm = own.get(&video(2));
    assert_ne!(warm, tokens[0]);
    let visitor = own.visitor(&video(2));
    own.wait_until_nothing_is_left();
    let status = own.status();
    assert_eq!((&status["running"], &status["failure"]), (&json!(false), &Value::Null));
    assert_eq!(status["crashes"], json!(0));

    own.get(&video(3));
    assert_eq!(own.visitor(&video(3)), visitor, "the profile kept its cookies");
    assert_eq!(own.downloads.potbridge(&["browser", "end"]).status.code(), Some(0));
    own.wait_until_nothing_is_left();
}

fn pages_see_an_ordinary_browser(family: Family) {
    let own = OwnBrowser::new(family, "10m", "");
    let (mut run, report) = own.run_and_report();
    assert_eq!(report["webdriver"], json!(false), "{report}");
    let agent = report["agent"].as_str().unwrap();
    let (browser, brands) = match family {
        Family::Chromium => ("Chrome/", 2),
        Family::Firefox => ("Firefox/", 0),
    };
    assert!(agent.contains(browser) && !agent.contains("Headless"), "{report}");
    assert!(report["brands"].as_array().map_or(0, Vec::len) >= brands, "{report}");
    assert_eq!(own.downloads.potbridge(&["browser", "end"]).status.code(), Some(0));
    assert_eq!(wait(&mut run).code(), Some(0));
    own.wait_until_nothing_is_left();
}

fn whatever_is_killed_the_next_that_asks_gets_a_token(family: Family) {
    let own = OwnBrowser::new(family, "10m", "");
    own.get(&video(0));
    let pid = |name: &str| u32::try_from(own.status()[name].as_u64().unwrap()).unwrap();
    let (browser, watchdog) = (pid("pid"), pid("watchdog_pid"));
    kill(browser);
    own.get(&video(1));
    assert_eq!(pid("watchdog_pid"), watchdog, "the watchdog has restarted it");
    assert_eq!(own.status()["crashes"], json!(1));

    kill(watchdog);
    own.get(&video(2));
    let (browser, watchdog) = (pid("pid"), pid("watchdog_pid"));
    kill(watchdog);
    kill(browser);
    own.get(&video(3));
    assert_eq!(own.downloads.potbridge(&["browser", "end"]).status.code(), Some(0));
    own.wait_until_nothing_is_left();
}

fn yt_dlp_has_it_started_and_downloads_three_videos(family: Family) {
    let own = OwnBrowser::new(family, "10m", "");
    let videos = [video(2), video(5), video(7)];
    let path = |name: &str| own.downloads.path(name);
    let plugins = path("config/yt-dlp/plugins");
    fs::create_dir_all(&plugins).unwrap();
    fs::write(plugins.join("potbridge.zip"), potbridge_bundler::yt_dlp_plugin::archive().unwrap()).unwrap();
    let potbridge = own.downloads.command(&[]);
    let mut yt_dlp = Command::new("yt-dlp");
    yt_dlp
        .args(["--ignore-config", "--no-check-certificates", "--fixup", "never", "--format", "140"])
        .args(["--proxy", &format!("http://{}", own.downloads.stand_in.address())])
        .args(["--extractor-args", "youtube:player_client=mweb", "--output", "%(id)s.m4a"])
        .args(["--extractor-args"])
        .arg(format!("youtubepot-potbridge:program={}", potbridge.get_program().display()))
        .arg("--")
        .args(videos.iter().map(|video| format!("https://www.youtube.com/watch?v={video}")))
        .current_dir(path(""))
        .envs(potbridge.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .env("XDG_CONFIG_HOME", path("config"))
        .env("XDG_CACHE_HOME", path("cache"));
    let output = output_of(&mut yt_dlp);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let sent = own.sent_by_pages();
    for video in &videos {
        let file = fs::read(path(&format!("{video}.m4a"))).unwrap();
        assert!(file == own.downloads.stand_in.media(video, 140), "{video} is not what the stand-in has");
        // The stand-in knows a token only once the page's own request has arrived, which yt-dlp can be ahead of.
        let shown: Vec<_> = own
            .downloads
            .stand_in
            .received()
            .into_iter()
            .filter(|request| {
                request.kind == RequestKind::Download && request.video_id.as_ref() == Some(video)
            })
            .collect();
        assert!(!shown.is_empty(), "{video} was not loaded");
        for request in shown {
            let token = request.po_token.as_ref().unwrap();
            assert!(sent.contains(token), "no page sent its token: {request}");
            assert!(video_of_token(token).as_ref() == Some(video), "it is another video's: {request}");
        }
    }
}

#[test]
fn an_xvfb_is_started_and_ended_with_it() {
    for family in Family::ALL {
        let own = OwnBrowser::new(family, "2s", "display = \"xvfb\"");
        own.get(&video(4));
        own.wait_until_nothing_is_left();
    }
}

/// Chromium loads such a page again by itself.
#[test]
fn a_page_that_firefox_could_not_load_is_loaded_again() {
    let proxy = FailingProxy::new(Duration::from_secs(4));
    let own = OwnBrowser::new(Family::Firefox, "10m", &format!("proxy = \"http://{}\"", proxy.address));
    proxy.lead_to(&own);
    own.get(&video(1));
    assert!(proxy.has_failed());
}
