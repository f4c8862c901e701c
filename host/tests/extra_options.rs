//! `extra_options`, compared with every option of the real yt-dlp's parser.

use crate::yt_dlp;
use potbridge::config::extra_options::{allowed, check};
use potbridge::yt_dlp::options::{Options, Subtitles};
use potbridge_protocol::Preset;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// Options by which a program is run, code loaded, something written or read elsewhere, or the token shown.
const DANGEROUS: &str = "--exec --exec-before-download --use-postprocessor --netrc-cmd --netrc --netrc-location \
    --ffmpeg-location --plugin-dirs --remote-components --downloader --external-downloader --downloader-args \
    --external-downloader-args --hls-prefer-ffmpeg --bidi-workaround --xattrs --config-locations --alias \
    --compat-options --batch-file --load-info-json --load-pages --cookies --cookies-from-browser --client-certificate \
    --client-certificate-key --output --paths --cache-dir --rm-cache-dir --print-to-file --write-info-json \
    --embed-info-json --write-comments --write-pages --dump-pages --print-traffic --print --get-url --dump-json \
    --dump-single-json --print-json --download-archive --download-sections --live-from-start --enable-file-urls \
    --parse-metadata --metadata-from-title --force-overwrites --update --update-to --username --password --console-title \
    --prefer-insecure --concat-playlist -o -P -a -O -n -u -p -2 -U -g -j -J";

/// Prints every option with the number of its values.
const LISTED: &str = "import json
from yt_dlp.options import create_parser
parser = create_parser()
options = [option for group in [parser, *parser.option_groups] for option in group.option_list]
print(json.dumps({name: (option.nargs or 1) if option.takes_value() else 0
    for option in options for name in option._long_opts + option._short_opts}))";

/// Prints for each list of options what it would have yt-dlp do besides downloading.
const EFFECTS: &str = "import json, sys
import yt_dlp
def effects(words):
    parsed = yt_dlp.parse_options(words)
    o = parsed.ydl_opts
    names = '''ffmpeg_location netrc_cmd usenetrc netrc_location print_to_file writeinfojson forceprint outtmpl paths
        external_downloader external_downloader_args cookiefile cookiesfrombrowser load_pages write_pages
        dump_intermediate_pages debug_printtraffic remote_components download_archive enable_file_urls simulate
        skip_download client_certificate client_certificate_key username password progress_template quiet
        live_from_start download_ranges allowed_extractors compat_opts forceurl forcejson dump_single_json
        force_print_json overwrites nopart noprogress hls_prefer_native skip_unavailable_fragments noplaylist
        extract_flat match_filter bidi_workaround prefer_insecure consoletitle'''.split()
    steps = sorted({step['key'] for step in o['postprocessors']} & {'Exec', 'XAttrMetadata', 'MetadataParser'})
    cache = o['cachedir'] or None
    # What keeps a playlist's picture from being written, with --embed-thumbnail.
    o['outtmpl'].pop('pl_thumbnail', None)
    return [parsed.urls, parsed.options.plugin_dirs, steps, cache, {name: str(o.get(name)) for name in names}]
print(json.dumps([effects(words) for words in json.load(sys.stdin)]))";

/// Values that yt-dlp accepts.
fn value(name: &str) -> &'static str {
    match name {
        "js-runtimes" => "node:/x/node",
        "proxy" | "geo-verification-proxy" | "sponsorblock-api" | "referer" => "http://127.0.0.1:1",
        "source-address" => "127.0.0.1",
        "geo-bypass-ip-block" => "1.2.3.0/24",
        "xff" | "geo-bypass-country" => "DE",
        "impersonate" => "",
        "format" => "b",
        "format-sort" => "res",
        "merge-output-format" | "remux-video" | "recode-video" => "mkv",
        "preset-alias" => "mp4",
        "sub-format" | "convert-subs" | "convert-sub" | "convert-subtitles" => "srt",
        "convert-thumbnails" => "jpg",
        "audio-format" => "mp3",
        "fixup" => "warn",
        "remove-chapters" => "*1-2",
        "sponsorblock-mark" | "sponsorblock-remove" => "sponsor",
        "sponsorblock-chapter-title" => "%(category)s",
        "extractor-args" => "youtube:player_client=tv",
        "postprocessor-args" | "ppa" => "Merger:-c:a aac",
        "replace-in-metadata" => "title",
        _ => "5",
    }
}

/// An option as it would be given, with so many values.
fn given(name: &str, values: usize) -> Vec<String> {
    let long = name.trim_start_matches('-');
    let long = match name {
        "-f" => "format",
        "-S" => "format-sort",
        "-t" => "preset-alias",
        _ => long,
    };
    let dashed = if name.starts_with('-') { name.to_owned() } else { format!("--{name}") };
    let mut given = vec![dashed];
    given.extend(std::iter::repeat_n(value(long).to_owned(), values));
    given
}

/// Every option of yt-dlp's parser is tried, so that a newer yt-dlp shows what the lists lack.
#[test]
fn every_option_of_yt_dlp_is_taken_with_its_values_or_refused_by_name() {
    let listed: BTreeMap<String, usize> = serde_json::from_str(&yt_dlp::python(LISTED, &[], "")).unwrap();
    for (name, count) in allowed() {
        assert_eq!(listed.get(&format!("--{name}")), Some(&count), "yt-dlp has no such option: --{name}");
    }
    let (mut refused, mut taken) = (0, 0);
    for (name, &count) in &listed {
        match check(&given(name, count)) {
            Err(why) => {
                assert!(why.contains("cannot stand in extra_options: "), "{name}: {why}");
                assert!(!name.starts_with("--") || why.contains(&format!("{name} ")), "{name}: {why}");
                refused += 1;
            }
            Ok(()) => {
                taken += 1;
                assert!(!DANGEROUS.split_whitespace().any(|dangerous| dangerous == name), "{name}");
                let more = check(&given(name, count + 1)).unwrap_err();
                assert!(more.contains("no option"), "{name}: {more}");
                if let Some(less) = count.checked_sub(1) {
                    assert!(check(&given(name, less)).unwrap_err().contains("lacks its value"), "{name}");
                }
            }
        }
    }
    assert!(refused > 130 && taken > 120, "{refused} refused, {taken} taken");
    for name in DANGEROUS.split_whitespace() {
        assert!(listed.contains_key(name), "{name} is none of yt-dlp's: the list here is old");
        if name.starts_with("--") {
            assert!(check(&[format!("{name}=x")]).unwrap_err().contains(&format!("{name} ")), "{name}");
        }
    }
}

#[test]
fn no_option_that_is_taken_runs_or_shows_or_writes_anything_else() {
    let page = "https://www.youtube.com/watch?v=-AbC_d3fGh1";
    let call = |extra: &[String]| {
        let options = Options {
            page,
            preset: Preset::P720,
            subtitles: Subtitles::AsConfigured,
            dir: Path::new("/d"),
            present: &[],
            extractor_args: "youtube:player_client=mweb",
            cookies: None,
            plugin: None,
            helpers: &[],
            extra: &[],
        };
        // Without `--config-locations -`, after which these would be read.
        let (mut arguments, _) = options.build();
        let at = arguments.iter().position(|word| word == "--config-locations").unwrap();
        arguments.drain(at..at + 2);
        [extra, &arguments].concat()
    };
    let named: Vec<_> = std::iter::once(("", 0)).chain(allowed()).collect();
    let calls: Vec<_> = named
        .iter()
        .map(|&(name, count)| {
            if name.is_empty() {
                return call(&[]);
            }
            let mut extra = given(name, count);
            if name == "max-sleep-interval" {
                extra.extend(["--sleep-interval".to_owned(), "1".to_owned()]);
            }
            assert_eq!(check(&extra), Ok(()), "{name}");
            call(&extra)
        })
        .collect();
    let effects: Value =
        serde_json::from_str(&yt_dlp::python(EFFECTS, &[], &json!(calls).to_string())).unwrap();
    let effects = effects.as_array().unwrap();
    assert_eq!(effects[0][0], json!([page]));
    for ((name, _), effect) in named.iter().zip(effects) {
        let mut expected = effects[0].clone();
        if *name == "replace-in-metadata" {
            expected[2] = json!(["MetadataParser"]);
        }
        // Nothing is overwritten with it.
        if name.contains("overwrites") {
            expected[4]["overwrites"] = effect[4]["overwrites"].clone();
            assert_ne!(effect[4]["overwrites"], "True", "{name}");
        }
        assert_eq!(*effect, expected, "--{name}");
    }
}
