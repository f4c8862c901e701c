//! Values in `extra_options` that are looked at: those by which an option could do more than its name says.

/// The options of ffmpeg that change how a file is made, and never which. Each takes one value.
const FFMPEG: &str = "-readrate -threads -movflags -preset -crf -b:a -b:v -c:a -c:v -q:a -q:v -ac -ar";

/// The fields of a video that `--replace-in-metadata` may change. None of them decides where a file is written.
const FIELDS: &str =
    "title description uploader channel creator artist album album_artist track genre composer";

/// Checks the first value of an option.
pub(super) fn check(name: &str, value: &str) -> Result<(), &'static str> {
    let is_fine = match name {
        "extractor-args" => return extractor_args(value),
        "postprocessor-args" | "ppa" => {
            return ffmpeg_args(value)
                .then_some(())
                .ok_or("only options of ffmpeg for codecs, bit rates and speed may stand in it");
        }
        "replace-in-metadata" => {
            value.rsplit(':').next().unwrap_or_default().split(',').all(|field| is_one_of(FIELDS, field))
        }
        _ => true,
    };
    is_fine.then_some(()).ok_or("what it changes can decide where files are written")
}

/// yt-dlp reads them as `KEY,KEY:ARGUMENT=VALUE;…`, the keys without case (2026.10.26, `_dict_from_options_callback`).
fn extractor_args(value: &str) -> Result<(), &'static str> {
    let keys = value.split(':').next().unwrap_or_default();
    for key in keys.split(',') {
        match key.to_ascii_lowercase().as_str() {
            "youtubetab" => {}
            "youtube" if player_clients(value).is_some() => {}
            "youtube" => {
                return Err(
                    "for youtube it may hold player_client alone, since yt-dlp takes one such argument, and \
                            that is the one with the token",
                );
            }
            _ => return Err("it may be for youtube and youtubetab alone: others run programs or load code"),
        }
    }
    Ok(())
}

/// The clients of `youtube:player_client=…`, if it holds nothing else.
pub(super) fn player_clients(value: &str) -> Option<&str> {
    let (keys, arguments) = value.split_once(':')?;
    let clients = arguments.strip_prefix("player_client=")?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ',');
    let is_of_youtube = keys.split(',').any(|key| key.eq_ignore_ascii_case("youtube"));
    (is_of_youtube && !clients.is_empty() && clients.chars().all(is_plain)).then_some(clients)
}

/// `NAME:OPTION VALUE …`, in which nothing names a file.
fn ffmpeg_args(value: &str) -> bool {
    let (program, words) = value.split_once(':').unwrap_or(("", value));
    // yt-dlp takes anything else before the colon for arguments.
    if !program.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '+')) {
        return false;
    }
    let words: Vec<_> = words.split_whitespace().collect();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '+' | '-');
    words.len() % 2 == 0
        && words.chunks(2).all(|pair| {
            is_one_of(FFMPEG, pair[0]) && pair[1].chars().all(is_plain) && !pair[1].starts_with('-')
        })
}

fn is_one_of(words: &str, word: &str) -> bool {
    words.split(' ').any(|one| one == word)
}
