//! A video that is downloaded again: what was there stays as it is, and only what is missing is loaded.

use potbridge_end_to_end::downloads::Downloads;
use potbridge_end_to_end::streams::has_formats;
use potbridge_stand_in::{CaptionsAnswer, DownloadRules};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The names of the files and folders in a folder, and what is in the files.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries.map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())).collect()
}

/// Rules with captions that are answered so.
fn captions(answers: &[(&str, CaptionsAnswer)]) -> DownloadRules {
    let captions = answers.iter().map(|(language, answer)| ((*language).to_owned(), *answer)).collect();
    DownloadRules { captions, ..DownloadRules::default() }
}

#[test]
fn a_picture_stays_if_its_sound_is_wanted_later_and_there_is_one_format() {
    let downloads = Downloads::with(DownloadRules { formats: vec![18], ..DownloadRules::default() });
    let video = downloads.video(0);
    let _token = downloads.put_right(&video);
    let picture = downloads.download(&[&video, "--preset", "360p"]).file();
    // Somebody's own, by a name that yt-dlp would want in between.
    let notes = picture.with_extension("temp.mp4");
    fs::write(&notes, "notes").unwrap();
    let before = files(&downloads.dir());
    let sound = downloads.download(&[&video, "--preset", "audio"]).file();
    assert_eq!(sound.extension().unwrap(), "m4a");
    let mut after = files(&downloads.dir());
    assert!(
        after.remove(sound.file_name().unwrap().to_str().unwrap()).is_some_and(|sound| !sound.is_empty())
    );
    assert!(after == before, "{:?} is not {:?}", after.keys(), before.keys());
}

#[test]
fn what_the_options_of_a_later_download_do_is_not_done_to_an_earlier_file() {
    let downloads = Downloads::new();
    let video = downloads.video(0);
    let _token = downloads.put_right(&video);
    let _file = downloads.download(&[&video, "--preset", "360p", "--subtitles"]).file();
    let before = files(&downloads.dir());
    let options = ["--embed-subs", "--embed-metadata", "--convert-subs", "srt", "--remux-video", "mkv"];
    downloads.configure("", &options);
    let file = downloads.download(&[&video, "--preset", "360p", "--subtitles"]).file();
    assert_eq!(file.extension().unwrap(), "mkv");
    let after = files(&downloads.dir());
    assert!(before.iter().all(|(name, bytes)| after.get(name) == Some(bytes)), "{:?}", after.keys());
}

#[test]
fn what_is_there_is_not_loaded_again() {
    for (formats, preset, ending) in [
        (&[137, 251][..], "audio", "opus"),
        (&[18, 140], "audio", "m4a"),
        (&[18], "audio", "m4a"),
        (&[18, 137, 136, 140], "720p", "mp4"),
        (&[18], "best", "mp4"),
    ] {
        let downloads =
            Downloads::with(DownloadRules { formats: formats.to_vec(), ..DownloadRules::default() });
        let video = downloads.video(0);
        let _token = downloads.put_right(&video);
        let file = downloads.download(&[&video, "--preset", preset]).file();
        assert_eq!(file.extension().unwrap(), ending, "{preset} of {formats:?}");
        let (before, granted) = (files(&downloads.dir()), downloads.granted().len());
        let again = downloads.potbridge(&["download", &video, "--preset", preset]);
        assert!(again.status.success());
        assert_eq!(String::from_utf8(again.stdout).unwrap(), format!("{}\n", file.display()));
        assert_eq!(downloads.granted().len(), granted, "{preset} of {formats:?} was loaded again");
        assert!(files(&downloads.dir()) == before);
    }
}

#[test]
fn a_subtitle_that_is_refused_costs_neither_the_video_nor_the_others() {
    for (answer, reason) in [
        (CaptionsAnswer::TooMany, "429"),
        (CaptionsAnswer::NotFound, "404"),
        (CaptionsAnswer::Forbidden, "403"),
        (CaptionsAnswer::Empty, "subtitles"),
        (CaptionsAnswer::Failing, "500"),
        (CaptionsAnswer::Trouble, "503"),
    ] {
        let downloads = Downloads::with(captions(&[("de", answer), ("en", CaptionsAnswer::Given)]));
        let video = downloads.video(0);
        let _token = downloads.put_right(&video);
        let ended = downloads.download(&[&video, "--subtitles"]);
        let file = ended.file();
        assert!(has_formats(&file, &downloads.stand_in, &video, &[137, 140]), "{answer:?}");
        assert!(file.with_extension("en.vtt").is_file() && !file.with_extension("de.vtt").exists());
        let notices = ended.last()["notices"].as_array().unwrap();
        let notice = notices.iter().find(|notice| notice["code"] == "subtitles-missing");
        let message = notice.unwrap_or_else(|| panic!("{notices:?}"))["message"].as_str().unwrap();
        assert!(message.contains(reason), "{message}");

        // Only what is missing is loaded later.
        downloads
            .stand_in
            .set_rules(captions(&[("de", CaptionsAnswer::Given), ("en", CaptionsAnswer::Given)]));
        let (before, granted) = (files(&downloads.dir()), downloads.granted().len());
        assert_eq!(downloads.download(&[&video, "--subtitles"]).file(), file);
        assert_eq!(downloads.granted().len(), granted);
        let after = files(&downloads.dir());
        assert!(
            file.with_extension("de.vtt").is_file() && after.len() == before.len() + 1,
            "{:?}",
            after.keys()
        );
        assert!(before.iter().all(|(name, bytes)| after.get(name) == Some(bytes)));
    }
}
