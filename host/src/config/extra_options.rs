//! Which options of yt-dlp may stand in `extra_options` of `[download]`: those listed here, and no others.
//!
//! They are read as yt-dlp reads them (2026.10.26, `options.py`): a value follows `=` or is the next word, and letters
//! can be joined behind one `-`. yt-dlp also takes a long name that is cut short; here that is refused, since it could
//! mean another option in a later version.

mod values;

/// The options that take a value.
const VALUED: &str = "proxy socket-timeout source-address impersonate geo-verification-proxy xff geo-bypass-country \
    geo-bypass-ip-block concurrent-fragments limit-rate rate-limit throttled-rate retries file-access-retries \
    fragment-retries extractor-retries retry-sleep buffer-size http-chunk-size js-runtimes user-agent referer \
    sleep-requests sleep-interval min-sleep-interval max-sleep-interval sleep-subtitles format format-sort \
    merge-output-format preset-alias sub-format sub-langs srt-langs convert-subs convert-sub convert-subtitles \
    convert-thumbnails audio-format audio-quality remux-video recode-video fixup remove-chapters sponsorblock-mark \
    sponsorblock-remove sponsorblock-chapter-title sponsorblock-api extractor-args postprocessor-args ppa \
    replace-in-metadata";

/// The options that take none.
const PLAIN: &str = "ignore-errors no-abort-on-error abort-on-error no-ignore-errors no-update no-playlist \
    no-js-runtimes no-remote-components force-ipv4 force-ipv6 no-check-certificates legacy-server-connect geo-bypass \
    no-geo-bypass abort-on-unavailable-fragments no-skip-unavailable-fragments resize-buffer no-resize-buffer \
    hls-prefer-native hls-use-mpegts no-hls-use-mpegts restrict-filenames no-restrict-filenames no-overwrites \
    no-force-overwrites continue no-continue part mtime no-mtime no-cache-dir no-write-description \
    write-thumbnail no-write-thumbnail write-all-thumbnails quiet verbose newline progress format-sort-reset \
    format-sort-force S-force no-format-sort-force video-multistreams no-video-multistreams audio-multistreams \
    no-audio-multistreams prefer-free-formats no-prefer-free-formats check-formats check-all-formats no-check-formats \
    write-subs write-srt no-write-subs no-write-srt write-auto-subs write-automatic-subs no-write-auto-subs \
    no-write-automatic-subs all-subs extract-audio keep-video no-keep-video embed-subs no-embed-subs embed-thumbnail \
    no-embed-thumbnail embed-metadata add-metadata no-embed-metadata no-add-metadata embed-chapters add-chapters \
    no-embed-chapters no-add-chapters no-embed-info-json split-chapters split-tracks \
    no-split-chapters no-split-tracks no-remove-chapters force-keyframes-at-cuts no-force-keyframes-at-cuts \
    no-sponsorblock";

/// What the letters are short for.
const LETTERS: &str = "t=preset-alias I=playlist-items N=concurrent-fragments r=limit-rate R=retries a=batch-file \
    P=paths o=output O=print f=format S=format-sort u=username p=password 2=twofactor C=call-home h=help U=update \
    i=ignore-errors 4=force-ipv4 6=force-ipv6 w=no-overwrites c=continue q=quiet s=simulate g=get-url e=get-title \
    j=dump-json J=dump-single-json v=verbose F=list-formats n=netrc x=extract-audio k=keep-video";

/// Why some of the others may not. What is not named here either is refused all the same.
const REFUSED: &[(&str, &str)] = &[
    (
        "it runs other programs",
        "exec exec-before-download use-postprocessor netrc-cmd ffmpeg-location sponskrub-location bidi-workaround xattrs \
         xattr",
    ),
    ("it loads other code into yt-dlp", "plugin-dirs no-plugin-dirs remote-components"),
    (
        "it prints or keeps addresses of media, which have the token in them",
        "print print-to-file get-url dump-json dump-single-json print-json write-info-json embed-info-json \
         write-comments get-comments print-traffic dump-pages write-pages load-pages",
    ),
    (
        "it shows the address of the media, which has the token in it, to another program",
        "downloader external-downloader downloader-args external-downloader-args hls-prefer-ffmpeg \
         download-sections live-from-start",
    ),
    (
        "with it yt-dlp downloads nothing",
        "help version update update-to simulate skip-download no-download test get-title get-id get-thumbnail \
         get-description get-duration get-filename get-format list-formats list-subs list-thumbnails list-extractors",
    ),
    (
        "what is downloaded is decided where the download is asked for",
        "batch-file load-info-json default-search use-extractors ies match-filters break-match-filters \
         playlist-items playlist-start playlist-end yes-playlist flat-playlist max-downloads min-filesize \
         max-filesize date datebefore dateafter age-limit download-archive break-on-existing wait-for-video \
         all-formats",
    ),
    (
        "the folder is [download] dir, and potbridge names the files",
        "output paths id cache-dir trim-filenames trim-file-names windows-filenames",
    ),
    (
        "nothing that is there is overwritten, and what is unfinished is known by its name",
        "force-overwrites yes-overwrites no-part",
    ),
    (
        "a file with holes would be taken for a whole one",
        "skip-unavailable-fragments no-abort-on-unavailable-fragments",
    ),
    (
        "the login is that of the browser's session, if its cookies are switched on in the popup",
        "cookies cookies-from-browser no-cookies add-headers username password twofactor video-password netrc netrc-location \
         client-certificate client-certificate-key client-certificate-password",
    ),
    (
        "potbridge reads what yt-dlp prints",
        "progress-template progress-delta no-progress no-quiet no-warnings color no-colors no-colours encoding \
         console-title",
    ),
    ("what it sets can decide where files are written", "parse-metadata metadata-from-title"),
    ("write the options themselves here", "config-locations alias compat-options"),
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
    read(extra).map(drop)
}

/// Whether one of these options is given, by its long name.
#[must_use]
pub fn has(extra: &[String], names: &[&str]) -> bool {
    value(extra, names).is_some()
}

/// Whether a file counts that a later step failed at. Under `--no-abort-on-error` it does not, and the last of these decides.
#[must_use]
pub fn ignores_errors(extra: &[String]) -> bool {
    const NAMES: [&str; 4] = ["ignore-errors", "no-abort-on-error", "abort-on-error", "no-ignore-errors"];
    // `check` has said what is wrong with them, here and below.
    let given = read(extra).unwrap_or_default();
    given.iter().rfind(|given| NAMES.contains(&given.name)).is_some_and(|given| given.name == NAMES[0])
}

/// The value of the last of these options that is given. It is empty if the option takes none.
#[must_use]
pub fn value<'a>(extra: &'a [String], names: &[&str]) -> Option<&'a str> {
    let given = read(extra).unwrap_or_default();
    given.into_iter().rfind(|given| names.contains(&given.name)).map(|given| given.value.unwrap_or_default())
}

/// The clients that yt-dlp is to ask, with commas between: `player_client` of `--extractor-args youtube:…`.
#[must_use]
pub fn player_clients(extra: &[String]) -> Option<&str> {
    let given = read(extra).unwrap_or_default().into_iter().rev();
    given
        .filter(|given| given.name == "extractor-args")
        .find_map(|given| values::player_clients(given.value?))
}

/// The long options that may stand there, and how many values each takes.
pub fn allowed() -> impl Iterator<Item = (&'static str, usize)> {
    let plain = PLAIN.split(' ').map(|name| (name, 0));
    plain.chain(VALUED.split(' ').map(|name| (name, if name == "replace-in-metadata" { 3 } else { 1 })))
}

fn read(extra: &[String]) -> Result<Vec<Given<'_>>, String> {
    let mut all = Vec::new();
    let mut rest = extra.iter().map(String::as_str);
    while let Some(word) = rest.next() {
        let (name, glued) = match word.strip_prefix('-') {
            Some("-") => return Err("-- cannot stand in extra_options: it ends the options".to_owned()),
            Some(long) if long.starts_with('-') => match long[1..].split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (&long[1..], None),
            },
            Some(letters) if !letters.is_empty() => match letters_of(letters, &mut all)? {
                Some(given) => given,
                None => continue,
            },
            _ => {
                return Err(
                    "extra_options has a word that is no option and no option's value: each option is a word of its \
                     own, and so is its value, or they are joined as in --name=value"
                        .to_owned(),
                );
            }
        };
        let count = arity(name)?;
        if count == 0 && glued.is_some() {
            return Err(format!("--{name} in extra_options takes no value"));
        }
        let mut values: Vec<&str> = glued.into_iter().collect();
        while values.len() < count {
            values.push(rest.next().ok_or_else(|| format!("--{name} in extra_options lacks its value"))?);
        }
        if values.iter().any(|value| value.contains(['\0', '\n', '\r'])) {
            return Err(format!("the value of --{name} in extra_options has a line's end or a NUL in it"));
        }
        let value = values.first().copied();
        values::check(name, value.unwrap_or_default())
            .map_err(|why| format!("this value of --{name} cannot stand in extra_options: {why}"))?;
        all.push(Given { name, value });
    }
    Ok(all)
}

/// Reads the letters behind one `-`. Adds those without a value to `all`, and gives the first one with a value, with what
/// follows it at once.
fn letters_of<'a>(
    letters: &'a str,
    all: &mut Vec<Given<'a>>,
) -> Result<Option<(&'static str, Option<&'a str>)>, String> {
    for (at, letter) in letters.char_indices() {
        let Some(name) = LETTERS.split(' ').find_map(|entry| entry.strip_prefix(letter)?.strip_prefix('='))
        else {
            return Err(format!("-{letter} cannot stand in extra_options: it is no option of yt-dlp's"));
        };
        if arity(name)? > 0 {
            let value = &letters[at + letter.len_utf8()..];
            return Ok(Some((name, (!value.is_empty()).then_some(value))));
        }
        all.push(Given { name, value: None });
    }
    Ok(None)
}

/// How many values an option takes that may stand there.
fn arity(name: &str) -> Result<usize, String> {
    if let Some((_, count)) = allowed().find(|(allowed, _)| *allowed == name) {
        return Ok(count);
    }
    let why = REFUSED.iter().find(|(_, names)| names.split(' ').any(|refused| refused == name));
    if let Some((why, _)) = why {
        return Err(format!("--{name} cannot stand in extra_options: {why}"));
    }
    let known =
        || allowed().map(|(name, _)| name).chain(REFUSED.iter().flat_map(|(_, names)| names.split(' ')));
    Err(match known().find(|known| known.starts_with(name)) {
        Some(whole) if !name.is_empty() => {
            format!(
                "--{name} cannot stand in extra_options: it is cut short (of --{whole}?), so write its whole name"
            )
        }
        _ => format!("--{name} cannot stand in extra_options: it is none of yt-dlp's options that may"),
    })
}

#[cfg(test)]
mod tests;
