use super::*;

fn words(extra: &[&str]) -> Vec<String> {
    extra.iter().map(|&word| word.to_owned()).collect()
}

fn checked(extra: &[&str]) -> Result<(), String> {
    check(&words(extra))
}

#[test]
fn harmless_options_are_accepted() {
    for extra in [
        &["-v"][..],
        &["--limit-rate", "1M", "-N4", "--retries=3"],
        &["--proxy", "socks5://127.0.0.1:1080", "--js-runtimes", "node:/usr/bin/node"],
        &["-f", "bv*[vcodec^=avc]+ba/b", "-S", "vcodec:h264", "-xk"],
        &["--replace-in-metadata", "title", "a", "--exec", "--embed-metadata"],
        &["--replace-in-metadata", "pre_process:title,artist", "a", "b"],
        &["--extractor-args", "youtubetab:skip=webpage"],
        &[
            "--extractor-args=YouTube:player_client=tv,-web",
            "--extractor-args",
            "youtube:player_client=default",
        ],
        &["--no-check-certificates", "--write-auto-subs", "--sub-langs", "en.*"],
        &["--user-agent", "--exec", "--geo-bypass", "--progress", "-t", "mp4"],
        &["-i", "-4", "--no-abort-on-error", "--sleep-subtitles", "5", "--sponsorblock-remove", "all"],
        &["--postprocessor-args", "Merger+ffmpeg_i:-readrate 0.01", "--ppa=ffmpeg:-c:a aac -b:a 192k"],
    ] {
        assert_eq!(checked(extra), Ok(()), "{extra:?}");
    }
}

#[test]
fn every_other_option_is_refused_by_name_in_every_spelling() {
    for (extra, named) in [
        (&["--exec", "id"][..], "--exec "),
        (&["--exec=id"], "--exec "),
        (&["--exe=id"], "--exe "),
        (&["--exec-before-download", "id"], "--exec-before-download"),
        (&["-v", "--use-postprocessor", "Exec:exec_cmd=id"], "--use-postprocessor"),
        (&["--netrc-cmd", "id"], "--netrc-cmd cannot stand in extra_options: it runs other programs"),
        (&["--netrc-cmd=id"], "--netrc-cmd "),
        (&["--netrc-c", "id"], "--netrc-c "),
        (&["-vn"], "--netrc "),
        (&["--plugin-dirs", "/x"], "--plugin-dirs cannot stand in extra_options: it loads other code"),
        (&["--plugin-dirs=/x"], "--plugin-dirs "),
        (&["--plugin", "/x"], "--plugin "),
        (
            &["--ffmpeg-location", "/x"],
            "--ffmpeg-location cannot stand in extra_options: it runs other programs",
        ),
        (&["--ffmpeg-l=/x"], "--ffmpeg-l "),
        (&["--remote-components", "ejs:github"], "--remote-components"),
        (&["--download-sections", "*0-10"], "--download-sections"),
        (&["--downloader", "aria2c"], "--downloader"),
        (&["--external-downloader=aria2c"], "--external-downloader"),
        (&["--downloader-args", "x"], "--downloader-args"),
        (&["--config-locations", "/x"], "--config-locations"),
        (&["--batch-file=/x"], "--batch-file"),
        (&["-a", "/x"], "--batch-file"),
        (&["-va/x"], "--batch-file"),
        (&["--load-info-json", "x"], "--load-info-json"),
        (&["--cookies", "x"], "--cookies"),
        (&["--cookies-from-browser=firefox"], "--cookies-from-browser"),
        (
            &["--add-headers", "cookie:SAPISID=x"],
            "--add-headers cannot stand in extra_options: the login is that of the browser's session",
        ),
        (&["--add-headers=X-A:b"], "--add-headers"),
        (&["--write-description"], "--write-description"),
        (&["--print-traffic"], "--print-traffic"),
        (&["--write-info-json"], "--write-info-json"),
        (&["--write-comments"], "--write-comments"),
        (&["--write-info"], "--write-info "),
        (&["--print-to-file", "a", "b"], "--print-to-file"),
        (&["-O", "urls"], "--print"),
        (&["-xj"], "--dump-json"),
        (&["--alias", "no-exec", "--exec id"], "--alias"),
        (&["-o", "x"], "--output"),
        (&["-ox"], "--output"),
        (&["-P/x"], "--paths"),
        (&["--cache-dir", "/x"], "--cache-dir"),
        (&["--compat-options", "allow-unsafe-ext"], "--compat-options"),
        (&["--parse-metadata", "post_process:x:%(filepath)s"], "--parse-metadata"),
        (&["--skip-unavailable-fragments"], "holes"),
        (&["--live-from-start"], "--live-from-start"),
        (&["--no-warnings"], "--no-warnings"),
        (&["--an-option-of-a-later-version"], "--an-option-of-a-later-version"),
        (&["--another=value"], "--another "),
        (&["--limit", "1M"], "cut short"),
        (&["--", "x"], "ends the options"),
        (&["https://vimeo.com/1"], "no option"),
        (&["-v", "https://vimeo.com/1"], "no option"),
        (&["-"], "no option"),
        (&[""], "no option"),
        (&["--=x"], "-- "),
        (&["--verbose=x"], "takes no value"),
        (&["--limit-rate"], "lacks its value"),
        (&["--replace-in-metadata", "title", "a"], "lacks its value"),
        (&["-N"], "lacks its value"),
        (&["-y"], "-y"),
        (&["--proxy", "a\nb"], "line's end"),
    ] {
        let why = checked(extra).unwrap_err();
        assert!(why.contains(named), "{extra:?}: {why}");
    }
}

#[test]
fn a_value_by_which_an_option_could_do_more_is_refused() {
    for (name, value) in [
        ("--extractor-args", "youtube:lang=de"),
        ("--extractor-args", "youtube:player_client=web;po_token=web.gvs+x"),
        ("--extractor-args", "youtube:player_client="),
        ("--extractor-args", "youtube"),
        ("--extractor-args", "youtubetab,YouTube:lang=de"),
        ("--extractor-args", "youtubepot-bgutilscript:script_path=/x"),
        ("--extractor-args", "youtube-ejs:repo=x"),
        ("--ppa", "Merger:/x"),
        ("--ppa", "Merger:-c:a aac /x"),
        ("--ppa", "Merger:-c:a /x"),
        ("--ppa", "Merger:-i x"),
        ("--ppa", "a b:-c:a aac"),
        ("--ppa", "Merger:-c:a -y"),
        ("--replace-in-metadata", "filepath"),
        ("--replace-in-metadata", "title,__finaldir"),
    ] {
        let extra = [name, value, "x", "y"];
        let why = checked(&extra[..if name.starts_with("--re") { 4 } else { 2 }]).unwrap_err();
        assert!(why.contains(&format!("value of {name} ")), "{value}: {why}");
    }
}

#[test]
fn an_error_never_shows_a_value() {
    for extra in [
        &["--password", "s3cr3t", "s3cr3t"][..],
        &["-ps3cr3t", "s3cr3t"],
        &["--cookies=s3cr3t"],
        &["--unknown=s3cr3t"],
        &["--verbose=s3cr3t"],
        &["--proxy", "s3cr3t\n"],
        &["-v", "s3cr3t"],
        &["--extractor-args", "youtube:visitor_data=s3cr3t"],
        &["--ppa", "s3cr3t:s3cr3t"],
    ] {
        assert!(!checked(extra).unwrap_err().contains("s3cr3t"), "{extra:?}");
    }
}

#[test]
fn an_option_is_found_by_its_letter_too() {
    let extra = words(&["-xf", "18", "--extractor-args", "youtube:player_client=tv,web", "--sub-langs=de"]);
    assert!(has(&extra, &["srt-langs", "extract-audio"]) && !has(&extra, &["embed-subs"]));
    assert_eq!(value(&extra, &["format"]), Some("18"));
    assert_eq!(value(&extra, &["srt-langs", "sub-langs"]), Some("de"));
    assert_eq!((player_clients(&extra), player_clients(&extra[..2])), (Some("tv,web"), None));
}

#[test]
fn of_the_options_about_errors_the_last_one_counts() {
    for (extra, ignored) in [
        (&["-i"][..], true),
        (&["--ignore-errors", "--abort-on-error"], false),
        (&["--no-ignore-errors", "-vi"], true),
        (&["-i", "--no-abort-on-error"], false),
        (&["-v"], false),
    ] {
        assert_eq!(ignores_errors(&words(extra)), ignored, "{extra:?}");
    }
}
