//! Which options of yt-dlp may stand in `extra_options` of `[download]`.
//!
//! They are read as yt-dlp reads them (2026.10.26, `options.py`): a value follows `=` or is the next word, and letters
//! can be joined behind one `-`. yt-dlp also takes a long name that is cut short; here that is refused.

/// The long options that take a value. Every other is taken for one without.
const VALUED: &str = "add-headers age-limit alias ap-mso ap-password ap-username audio-format audio-quality \
    autonumber-size autonumber-start batch-file break-match-filters buffer-size cache-dir \
    client-certificate client-certificate-key client-certificate-password cn-verification-proxy color \
    compat-options concat-playlist concurrent-fragments config-locations convert-sub convert-subs \
    convert-subtitles convert-thumbnails cookies cookies-from-browser date dateafter datebefore \
    default-search download-archive download-sections downloader downloader-args encoding exec \
    exec-before-download external-downloader external-downloader-args extractor-args \
    extractor-retries ffmpeg-location file-access-retries fixup format format-sort fragment-retries \
    geo-bypass-country geo-bypass-ip-block geo-verification-proxy http-chunk-size ies impersonate \
    js-runtimes limit-rate load-info-json match-filters match-title max-downloads max-filesize \
    max-sleep-interval max-views merge-output-format metadata-from-title min-filesize \
    min-sleep-interval min-views netrc-cmd netrc-location output output-na-placeholder parse-metadata \
    password paths playlist-end playlist-items playlist-start plugin-dirs postprocessor-args ppa \
    preset-alias print print-to-file progress-delta progress-template proxy rate-limit \
    recode-video referer reject-title remote-components remove-chapters remux-video replace-in-metadata \
    retries retry-sleep skip-playlist-after-errors sleep-interval sleep-requests sleep-subtitles \
    socket-timeout source-address sponskrub-args sponskrub-location sponsorblock-api \
    sponsorblock-chapter-title sponsorblock-mark sponsorblock-remove srt-langs sub-format \
    sub-langs throttled-rate trim-file-names trim-filenames twofactor update-to use-extractors \
    use-postprocessor user-agent username video-password wait-for-video xff";

/// Options that a longer name begins with.
const WHOLE: [&str; 4] = ["geo-bypass", "netrc", "progress", "sponskrub"];

/// The letters that take a value, and what they are short for; then those that take none.
const LETTERS: &str = "t=preset-alias I=playlist-items N=concurrent-fragments r=limit-rate R=retries a=batch-file \
    P=paths o=output O=print f=format S=format-sort u=username p=password 2=twofactor";
const PLAIN_LETTERS: &str = "C=call-home h=help U=update i=ignore-errors 4=force-ipv4 6=force-ipv6 w=no-overwrites \
    c=continue q=quiet s=simulate g=get-url e=get-title j=dump-json J=dump-single-json v=verbose \
    F=list-formats n=netrc x=extract-audio k=keep-video";

/// What may not stand there, and why.
const REFUSED: &[(&str, &str)] = &[
    (
        "it prints or keeps addresses of media, which have the token in them",
        "print print-to-file get-url dump-json dump-single-json print-json write-info-json \
         embed-info-json print-traffic dump-pages write-pages load-pages",
    ),
    (
        "it shows the address of the media, which has the token in it, to another program",
        "downloader external-downloader hls-prefer-ffmpeg download-sections live-from-start",
    ),
    ("it starts other programs", "exec exec-before-download use-postprocessor"),
    (
        "with it yt-dlp downloads nothing",
        "help version update update-to simulate skip-download no-download test get-title get-id \
         get-thumbnail get-description get-duration get-filename get-format list-formats \
         list-subs list-thumbnails list-extractors extractor-descriptions list-impersonate-targets \
         ap-list-mso dump-user-agent ignore-no-formats-error allow-unplayable-formats",
    ),
    (
        "what is downloaded is decided where the download is asked for",
        "batch-file load-info-json default-search use-extractors ies force-generic-extractor \
         match-filters break-match-filters match-title reject-title playlist-items playlist-start \
         playlist-end playlist-random playlist-reverse yes-playlist flat-playlist \
         skip-playlist-after-errors max-downloads min-filesize max-filesize min-views max-views date datebefore \
         dateafter age-limit download-archive break-on-existing break-on-reject wait-for-video",
    ),
    ("the folder is [download] dir, and the name is what a later run finds the file by", "output paths id"),
    (
        "the cookies are those of the browser's session, where they are switched on in the popup",
        "cookies cookies-from-browser",
    ),
    (
        "potbridge reads what yt-dlp prints",
        "progress-template progress-delta no-progress no-quiet no-warnings color no-colors \
         no-colours encoding bidi-workaround",
    ),
    ("write the options themselves here", "config-locations alias"),
];

/// An option as it was given.
struct Given<'a> {
    name: &'a str,
    /// Its first value.
    value: Option<&'a str>,
}

/// Checks that these options can stand before potbridge's own.
///
/// On those depend the safety of the token and what is known of a download.
///
/// # Errors
/// Says which option cannot, and why. Never shows a value.
pub fn check(extra: &[String]) -> Result<(), String> {
    for given in read(extra)? {
        let Given { name, value } = given;
        if let Some((why, _)) = REFUSED.iter().find(|(_, names)| has_word(names, name)) {
            return Err(format!("--{name} cannot stand in extra_options: {why}"));
        }
        if name == "extractor-args" && value.is_none_or(is_of_youtube) {
            return Err(
                "--extractor-args for youtube cannot stand in extra_options: yt-dlp takes one alone, \
                        and that is the one with the token"
                    .to_owned(),
            );
        }
    }
    Ok(())
}

/// Whether an option is among them, by its long name.
#[must_use]
pub fn has(extra: &[String], name: &str) -> bool {
    read(extra).is_ok_and(|given| given.iter().any(|given| given.name == name))
}

/// Whether a value of `--extractor-args` is for `youtube`: its keys stand before the first `:`, with commas between.
fn is_of_youtube(value: &str) -> bool {
    let keys = value.split(':').next().unwrap_or_default();
    keys.split(',').any(|key| key.trim().eq_ignore_ascii_case("youtube"))
}

fn read(extra: &[String]) -> Result<Vec<Given<'_>>, String> {
    let mut all = Vec::new();
    let mut rest = extra.iter().map(String::as_str);
    while let Some(word) = rest.next() {
        if word.contains(['\0', '\n', '\r']) {
            return Err("an option of extra_options has a line's end or a NUL in it".to_owned());
        }
        let (name, mut value, glued) = match (word.strip_prefix("--"), word.strip_prefix('-')) {
            (Some(""), _) => return Err("-- cannot stand in extra_options: it ends the options".to_owned()),
            (Some(long), _) => match long.split_once('=') {
                Some((name, value)) => (name, Some(value), true),
                None => (long, None, false),
            },
            (None, Some(letters)) if !letters.is_empty() => match letters_of(letters, &mut all)? {
                Some((name, value)) => (name, value, value.is_some()),
                None => continue,
            },
            _ => {
                return Err(
                    "extra_options has a word that is no option and no option's value: each option is a word of \
                     its own, and so is its value, or they are joined as in --name=value"
                        .to_owned(),
                );
            }
        };
        check_name(name)?;
        if has_word(VALUED, name) {
            let count = match name {
                "replace-in-metadata" => 3,
                "alias" | "print-to-file" => 2,
                _ => 1,
            };
            for _ in usize::from(glued)..count {
                let next = rest.next().ok_or_else(|| format!("--{name} in extra_options lacks its value"))?;
                value = value.or(Some(next));
            }
        }
        all.push(Given { name, value });
    }
    Ok(all)
}

/// Reads the letters behind one `-`. Adds those without a value to `all`, and gives the one that takes a value, with
/// the value if it follows at once.
fn letters_of<'a>(
    letters: &'a str,
    all: &mut Vec<Given<'a>>,
) -> Result<Option<(&'a str, Option<&'a str>)>, String> {
    for (at, letter) in letters.char_indices() {
        let of = |table: &'static str| {
            table.split(' ').find_map(|entry| entry.strip_prefix(letter)?.strip_prefix('='))
        };
        if let Some(name) = of(LETTERS) {
            let value = &letters[at + letter.len_utf8()..];
            return Ok(Some((name, (!value.is_empty()).then_some(value))));
        }
        let Some(name) = of(PLAIN_LETTERS) else {
            return Err(format!("-{letter} in extra_options is no option of yt-dlp's"));
        };
        all.push(Given { name, value: None });
    }
    Ok(None)
}

fn has_word(words: &str, word: &str) -> bool {
    words.split(' ').any(|one| one == word)
}

/// Refuses a name that is cut short: in the next version of yt-dlp it could mean another option.
fn check_name(name: &str) -> Result<(), String> {
    let known = || REFUSED.iter().map(|(_, names)| *names).chain([VALUED]).flat_map(|names| names.split(' '));
    if WHOLE.contains(&name) || known().any(|known| known == name) {
        return Ok(());
    }
    match known().find(|known| known.starts_with(name)) {
        Some(whole) => {
            Err(format!("--{name} in extra_options is cut short (of --{whole}?): write its whole name"))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(extra: &[&str]) -> Result<(), String> {
        check(&extra.iter().map(|&word| word.to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn harmless_options_are_accepted() {
        for extra in [
            &["-v"][..],
            &["--limit-rate", "1M", "-N4", "--retries=3"],
            &["--proxy", "socks5://127.0.0.1:1080", "--js-runtimes", "node:/usr/bin/node"],
            &["-f", "bv*[vcodec^=avc]+ba/b", "-S", "vcodec:h264", "-xk"],
            &["--replace-in-metadata", "title", "a", "--exec", "--embed-metadata"],
            &["--extractor-args", "youtubetab:skip=webpage", "--extractor-args=generic:impersonate"],
            &["--no-check-certificates", "--write-auto-subs", "--sub-langs", "en.*"],
            &["--username", "--exec", "--geo-bypass", "--progress", "-t", "mp4"],
            &["--an-option-of-a-later-version", "--another=value"],
        ] {
            assert_eq!(checked(extra), Ok(()), "{extra:?}");
        }
    }

    #[test]
    fn dangerous_options_are_refused_in_every_spelling() {
        for (extra, named) in [
            (&["--exec", "id"][..], "--exec "),
            (&["--exec=id"], "--exec "),
            (&["--exe=id"], "--exe "),
            (&["--exec-before-download", "id"], "--exec-before-download"),
            (&["-v", "--use-postprocessor", "Exec:exec_cmd=id"], "--use-postprocessor"),
            (&["--download-sections", "*0-10"], "--download-sections"),
            (&["--downloader", "aria2c"], "--downloader"),
            (&["--external-downloader=aria2c"], "--external-downloader"),
            (&["--hls-prefer-ffmpeg"], "--hls-prefer-ffmpeg"),
            (&["--config-locations", "/x"], "--config-locations"),
            (&["--batch-file=/x"], "--batch-file"),
            (&["-a", "/x"], "--batch-file"),
            (&["-va/x"], "--batch-file"),
            (&["--load-info-json", "x"], "--load-info-json"),
            (&["--cookies", "x"], "--cookies"),
            (&["--cookies-from-browser=firefox"], "--cookies-from-browser"),
            (&["--print-traffic"], "--print-traffic"),
            (&["--write-pages"], "--write-pages"),
            (&["--dump-pages"], "--dump-pages"),
            (&["--write-info-json"], "--write-info-json"),
            (&["--write-info"], "--write-info "),
            (&["--print-to-file", "a", "b"], "--print-to-file"),
            (&["-O", "urls"], "--print"),
            (&["-xj"], "--dump-json"),
            (&["-s"], "--simulate"),
            (&["--alias", "no-exec", "--exec id"], "--alias"),
            (&["-o", "x"], "--output"),
            (&["-P/x"], "--paths"),
            (&["--ies", "all"], "--ies"),
            (&["--match-filters", "duration<1"], "--match-filters"),
            (&["--live-from-start"], "--live-from-start"),
            (&["--no-warnings"], "--no-warnings"),
            (&["--extractor-args", "youtube:lang=de"], "youtube"),
            (&["--extractor-args=generic, YouTube:lang=de"], "youtube"),
            (&["--extractor-args", "youtube"], "youtube"),
            (&["--limit", "1M"], "cut short"),
            (&["--", "x"], "ends the options"),
            (&["https://vimeo.com/1"], "no option"),
            (&["-v", "https://vimeo.com/1"], "no option"),
            (&["-"], "no option"),
            (&[""], "no option"),
            (&["--limit-rate"], "lacks its value"),
            (&["--replace-in-metadata", "title", "a"], "lacks its value"),
            (&["-N"], "lacks its value"),
            (&["-y"], "-y"),
            (&["--proxy", "x", "a\nb"], "line's end"),
        ] {
            let why = checked(extra).unwrap_err();
            assert!(why.contains(named), "{extra:?}: {why}");
        }
    }

    #[test]
    fn an_error_never_shows_a_value() {
        for extra in [
            &["--password", "s3cr3t", "s3cr3t"][..],
            &["-ps3cr3t", "s3cr3t"],
            &["--cookies=s3cr3t"],
            &["--extractor-args", "youtube:visitor_data=s3cr3t"],
        ] {
            assert!(!checked(extra).unwrap_err().contains("s3cr3t"), "{extra:?}");
        }
    }

    #[test]
    fn an_option_is_found_by_its_letter_too() {
        let extra = ["-xf", "18"].map(str::to_owned);
        assert!(has(&extra, "format") && has(&extra, "extract-audio") && !has(&extra, "sub-langs"));
    }
}
