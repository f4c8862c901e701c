//! `potbridge download --playlist` from outside, with a script in the place of yt-dlp.

use crate::sandbox::{Ran, Sandbox, token};
use potbridge_test_support::executable;
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;

const ONE: &str = "dQw4w9WgXcQ";
const TWO: &str = "AbC_d3fGh1-";
const THREE: &str = "-AbC_d3fGh1";
const LIST: &str = "https://www.youtube.com/playlist?list=PLrAXtmErZgOeiKm4sgNOknGvNjby9efdf";

struct Machine {
    sandbox: Sandbox,
}

impl Machine {
    /// With tokens for three videos, and a yt-dlp that lists `entries` and does `fetch` with a video. It notes how it is
    /// called, and does not heed what it is told of a playlist's items.
    fn new(entries: &str, fetch: &str) -> Self {
        let sandbox = Sandbox::new();
        let at = |name| sandbox.path(name);
        fs::create_dir(at("videos")).unwrap();
        let script = format!(
            r#"#!/bin/sh
cd '{}'
cat > /dev/null
echo "$*" >> calls
case "$*" in
*--flat-playlist*)
    {entries} ;;
*)
    for page; do :; done
    id=${{page##*=}}
    {fetch}
    printf data > "videos/$id.mp4"
    echo "@@potbridge:file \"$PWD/videos/$id.mp4\"" ;;
esac"#,
            at("").display()
        );
        executable::write(at("yt-dlp"), script);
        sandbox.configure(&format!("[download]\nyt_dlp = {:?}\ndir = {:?}\n", at("yt-dlp"), at("videos")));
        for video in [ONE, TWO, THREE] {
            sandbox.run(&["put", "--video", video], token().expose()).ends_with(0);
        }
        Self { sandbox }
    }

    fn download(&self, arguments: &[&str]) -> Ran {
        self.sandbox.run(&[&["download", "--playlist"], arguments].concat(), "")
    }

    /// The last line of `download --json`.
    #[track_caller]
    fn result(&self, address: &str, code: i32) -> Value {
        let ran = self.download(&["--json", address]).ends_with(code);
        serde_json::from_str(ran.stdout().lines().last().unwrap()).unwrap()
    }

    fn file(&self, video: &str) -> PathBuf {
        self.sandbox.path("videos").join(format!("{video}.mp4"))
    }

    fn paths(&self, videos: &[&str]) -> String {
        videos.iter().map(|video| format!("{}\n", self.file(video).display())).collect()
    }

    /// How yt-dlp was called, except for listing.
    fn fetched(&self) -> Vec<String> {
        let calls = fs::read_to_string(self.sandbox.path("calls")).unwrap();
        let pages = calls.lines().filter(|call| !call.contains("--flat-playlist"));
        pages.map(|call| call.rsplit('=').next().unwrap().to_owned()).collect()
    }

    /// The page whose videos were listed.
    fn listed(&self) -> String {
        let calls = fs::read_to_string(self.sandbox.path("calls")).unwrap();
        calls
            .lines()
            .find(|call| call.contains("--flat-playlist"))
            .unwrap()
            .rsplit(' ')
            .next()
            .unwrap()
            .to_owned()
    }
}

fn entries(ids: &[&str]) -> String {
    let line = |id: &&str| format!("echo '@@potbridge:entry {{\"id\":\"{id}\",\"title\":\"T\"}}'\n");
    ids.iter().map(line).collect()
}

#[test]
fn each_file_is_printed_on_a_line() {
    let machine = Machine::new(&entries(&[ONE, TWO, THREE]), "");
    assert_eq!(machine.download(&[LIST]).ends_with(0).stdout(), machine.paths(&[ONE, TWO, THREE]));
    let result = machine.result(LIST, 0);
    let files = [ONE, TWO, THREE].map(|video| machine.file(video));
    assert_eq!(result["files"], json!(files), "{result}");
    assert_eq!((&result["state"], &result["list"]["done"]), (&"done".into(), &3.into()), "{result}");
}

#[test]
fn a_playlist_with_losses_fails_and_still_prints_what_is_there() {
    let fails =
        format!("if [ $id = {ONE} ]; then echo \"ERROR: [youtube] $id: Video unavailable\" >&2; exit 1; fi");
    let machine = Machine::new(&entries(&[ONE, TWO, THREE]), &fails);
    let ran = machine.download(&[LIST]).ends_with(1);
    assert_eq!(ran.stdout(), machine.paths(&[TWO, THREE]));
    assert_eq!(ran.stderr().matches("1 of 3 videos").count(), 1, "{}", ran.stderr());
    let result = machine.result(LIST, 1);
    assert_eq!((&result["ok"], &result["code"]), (&false.into(), &"some-failed".into()), "{result}");
    assert!(result["message"].as_str().unwrap().contains(ONE), "{result}");
    assert_eq!(result["files"], json!([machine.file(TWO), machine.file(THREE)]), "{result}");
    assert_eq!((&result["list"]["done"], &result["list"]["failed"]), (&2.into(), &1.into()), "{result}");
}

/// What yt-dlp says of one video, and of a language of its subtitles.
#[test]
fn a_failure_of_one_video_does_not_end_the_list() {
    for words in [
        "unable to open for writing: [Errno 36] File name too long: 'x'",
        "Unable to download video subtitles for 'ab': HTTP Error 429: Too Many Requests",
        "[youtube] x: The page needs to be reloaded.",
    ] {
        let fails = format!("if [ $id = {ONE} ]; then echo \"ERROR: {words}\" >&2; exit 1; fi");
        let machine = Machine::new(&entries(&[ONE, TWO, THREE]), &fails);
        let ran = machine.download(&[LIST]).ends_with(1);
        assert_eq!(ran.stdout(), machine.paths(&[TWO, THREE]), "{words}: {}", ran.stderr());
    }
}

#[test]
fn what_is_there_is_printed_if_the_playlist_ends_early() {
    let fails =
        format!("if [ $id = {TWO} ]; then echo 'ERROR: [Errno 28] No space left on device' >&2; exit 1; fi");
    let machine = Machine::new(&entries(&[ONE, TWO, THREE]), &fails);
    assert_eq!(machine.download(&[LIST]).ends_with(1).stdout(), machine.paths(&[ONE]));
    assert_eq!(machine.fetched(), [ONE, TWO]);
    let result = machine.result(LIST, 1);
    assert_eq!((&result["code"], &result["files"]), (&"disk-full".into(), &json!([machine.file(ONE)])));
}

#[test]
fn a_video_that_stands_in_the_list_thrice_is_fetched_once() {
    let machine = Machine::new(&entries(&[ONE, TWO, ONE, ONE]), "");
    let result = machine.result(LIST, 0);
    assert_eq!(result["list"]["videos"], 2, "{result}");
    assert_eq!(machine.fetched(), [ONE, TWO]);
}

#[test]
fn entries_that_are_not_there_are_skipped_without_a_run_of_yt_dlp() {
    let gone = r#"echo '@@potbridge:entry {"id":"aaaaaaaaaaa","title":"[Private video]","channel":null,"duration":null}'
echo '@@potbridge:entry {"id":"bbbbbbbbbbb","title":"[Deleted video]"}'
echo '@@potbridge:entry {"id":"ccccccccccc","title":"Soon","channel":"C","live_status":"is_upcoming"}'
"#;
    let machine = Machine::new(&(gone.to_owned() + &entries(&[ONE])), "");
    let result = machine.result(LIST, 0);
    assert_eq!(machine.fetched(), [ONE]);
    assert_eq!(result["notices"][0]["code"], "entries-skipped", "{result}");
    assert!(result["notices"][0]["message"].as_str().unwrap().starts_with("3 videos"), "{result}");
    // Nothing else is in it.
    let machine = Machine::new(gone, "");
    let result = machine.result(LIST, 1);
    assert_eq!(result["code"], "nothing-to-download", "{result}");
    assert!(result["message"].as_str().unwrap().contains("3 videos"), "{result}");
}

#[test]
fn a_mix_that_goes_on_is_cut_and_says_so_before_its_downloads_begin() {
    let many = r#"n=10000; while :; do n=$((n+1)); echo "@@potbridge:entry {\"id\":\"aaaaaa$n\"}"; done"#;
    let stops = "echo 'ERROR: [Errno 28] No space left on device' >&2; exit 1";
    let machine = Machine::new(&format!("{}{many}", entries(&[ONE])), stops);
    let mix = format!("https://www.youtube.com/watch?v={ONE}&list=RD{ONE}&start_radio=1");
    let ran = machine.download(&[&mix]).ends_with(1);
    assert!(ran.stderr().contains("first 200"), "{}", ran.stderr());
    assert_eq!(machine.fetched(), [ONE]);
    // yt-dlp is told where to stop, and ended if it does not.
    let calls = fs::read_to_string(machine.sandbox.path("calls")).unwrap();
    assert!(calls.contains(" --playlist-items 1:201 "), "{calls}");
}

#[test]
fn a_playlist_is_asked_for_at_the_page_that_it_has() {
    let machine = |address: &str| {
        let machine = Machine::new(&entries(&[ONE]), "");
        machine.download(&[address]).ends_with(0);
        machine.listed()
    };
    let mix = format!("https://www.youtube.com/watch?v={ONE}&list=RD{ONE}");
    for address in [
        format!("{mix}&start_radio=1"),
        format!("https://youtu.be/{ONE}?list=RD{ONE}&start_radio=1"),
        format!("https://www.youtube.com/playlist?list=RD{ONE}"),
    ] {
        assert_eq!(machine(&address), mix, "{address}");
    }
    for address in [
        "https://music.youtube.com/browse/VLPLrAXtmErZgOeiKm4sgNOknGvNjby9efdf",
        "https://music.youtube.com/playlist?list=VLPLrAXtmErZgOeiKm4sgNOknGvNjby9efdf&si=x",
    ] {
        assert_eq!(machine(address), LIST.replace("www", "music"), "{address}");
    }
    let album = "https://music.youtube.com/browse/MPREb_gTAcphH99wE";
    assert_eq!(machine(&format!("{album}?si=abc")), album);
}

#[test]
fn a_list_without_a_page_says_how_to_get_one_that_has() {
    for (page, words, hint) in [
        (
            "https://music.youtube.com/browse/MPREb_gTAcphH99wE",
            "Failed to resolve album to playlist",
            "Share",
        ),
        (
            "https://www.youtube.com/playlist?list=RDMM",
            "YouTube said: This playlist type is unviewable.",
            "watch?v=",
        ),
    ] {
        let machine = Machine::new(&format!("echo 'ERROR: [youtube:tab] x: {words}' >&2; exit 1"), "");
        let result = machine.result(page, 1);
        assert!(result["hint"].as_str().unwrap().contains(hint), "{result}");
        assert!(result["message"].as_str().unwrap().contains(words), "{result}");
    }
}
