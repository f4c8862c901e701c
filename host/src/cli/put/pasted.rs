//! Reads what a person pastes: a token in any of the forms in which people keep one.

use potbridge_protocol::youtube::{Address, MediaAddress};
use potbridge_protocol::{Client, Context, NotAToken, PoToken, VideoId, VisitorData};
use serde_json::Value;
use zeroize::Zeroizing;

/// A token and what the pasted text said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pasted {
    /// The token.
    pub token: PoToken,
    /// The client, by YouTube's name for it or by yt-dlp's.
    pub client: Option<Client>,
    /// The context.
    pub context: Option<Context>,
    /// The video.
    pub video_id: Option<VideoId>,
    /// The visitor.
    pub visitor_data: Option<VisitorData>,
}

/// Reads every token in a pasted text, each once.
///
/// Taken are: the bare token, padded or not, percent-encoded, quoted, wrapped over lines, with a comment
/// or the rest of a URL behind it; yt-dlp's `client.context+TOKEN`, also with `=` and as a list; the key
/// `"poToken": "…"`; a `.env` line; `--extractor-args`; a media or captions URL; a whole request body;
/// and the answers of token servers.
///
/// # Errors
/// [`NotAToken`] for the first part that is no token: then nothing is taken.
pub fn read(text: &str) -> Result<Vec<Pasted>, NotAToken> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if text.starts_with('{')
        && let Ok(json) = serde_json::from_str::<Value>(text)
    {
        return read_json(&json);
    }
    if text.starts_with("https://") || text.starts_with("http://") {
        return read_url(text);
    }
    read_text(text)
}

fn read_json(json: &Value) -> Result<Vec<Pasted>, NotAToken> {
    let first = |keys: &[&str]| {
        let mut found = Vec::new();
        collect(json, keys, &mut found);
        found.into_iter().next()
    };
    let video_id = first(&["videoId", "contentBinding"]).and_then(|id| VideoId::new(id).ok());
    let visitor_data = first(&["visitorData", "visitor_data"]).and_then(|data| VisitorData::new(data).ok());
    let client = first(&["clientName"]).and_then(|name| Client::new(name, first(&["clientVersion"])).ok());

    let mut tokens = Vec::new();
    collect(json, &["poToken", "potoken", "po_token"], &mut tokens);
    let mut all = Vec::new();
    for text in tokens {
        for mut pasted in read_list(text)? {
            pasted.video_id = video_id.clone();
            pasted.visitor_data.clone_from(&visitor_data);
            pasted.client = pasted.client.or_else(|| client.clone());
            add(&mut all, pasted);
        }
    }
    some(all)
}

/// Every string under one of the keys, or in a list under one, in order.
fn collect<'a>(json: &'a Value, keys: &[&str], found: &mut Vec<&'a str>) {
    match json {
        Value::Object(fields) => {
            for (key, value) in fields {
                match value {
                    Value::String(text) if keys.contains(&key.as_str()) => found.push(text),
                    Value::Array(items) if keys.contains(&key.as_str()) => {
                        found.extend(items.iter().filter_map(Value::as_str));
                    }
                    other => collect(other, keys, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, keys, found)),
        _ => {}
    }
}

fn read_url(url: &str) -> Result<Vec<Pasted>, NotAToken> {
    let url = url.split(char::is_whitespace).next().unwrap_or_default();
    let address = Address::of_link(url).ok_or(NotAToken::Empty)?;
    let token =
        address.query_field("pot").or_else(|| address.segment_after("pot")).ok_or(NotAToken::Empty)?;
    let captions = address.path.ends_with("/timedtext");
    let video_id = if captions {
        address.query_field("v").and_then(|id| VideoId::new(id).ok())
    } else {
        MediaAddress::new(address).video_id()
    };
    Ok(vec![Pasted {
        token: PoToken::new(token)?,
        client: address.query_field("c").and_then(|name| Client::new(name, address.query_field("cver")).ok()),
        context: Some(if captions { Context::Subs } else { Context::Gvs }),
        video_id,
        visitor_data: None,
    }])
}

fn read_text(text: &str) -> Result<Vec<Pasted>, NotAToken> {
    if let Some(value) = after_key(text) {
        return read_list(value.split([';', '}', ']']).next().unwrap_or(value));
    }
    let assigned: Vec<&str> = env_file::assignments(text.as_bytes(), None).filter_map(assigned).collect();
    if assigned.is_empty() {
        let lines: Vec<&str> = text.lines().map(without_comment).collect();
        return read_list(&Zeroizing::new(lines.concat()));
    }
    let mut all = Vec::new();
    let mut refused = None;
    for value in assigned {
        match read_list(value) {
            Ok(found) => found.into_iter().for_each(|pasted| add(&mut all, pasted)),
            // Another variable of the same file.
            Err(why) => refused = refused.or(Some(why)),
        }
    }
    if all.is_empty() { Err(refused.unwrap_or(NotAToken::Empty)) } else { Ok(all) }
}

/// What follows `poToken":`, `po_token=` and the like.
fn after_key(text: &str) -> Option<&str> {
    ["poToken", "potoken", "po_token"].iter().find_map(|key| {
        let (_, rest) = text.split_once(key)?;
        rest.trim_start_matches(['"', '\'', ' ', '\t', '\\']).strip_prefix([':', '='])
    })
}

fn without_comment(line: &str) -> &str {
    let line = line.trim();
    if line.starts_with('#') {
        return "";
    }
    line.match_indices('#')
        .find(|(at, _)| line[..*at].ends_with(char::is_whitespace))
        .map_or(line, |(at, _)| line[..at].trim_end())
}

/// The value of a line of a `.env` file, unless the line is the end of a wrapped token, which may look like one.
fn assigned(found: env_file::Assignment<'_>) -> Option<&str> {
    let value = std::str::from_utf8(found.value).ok()?;
    let named = found.name.first().is_some_and(|first| first.is_ascii_uppercase() || *first == b'_')
        && found.name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    // A wrapped token ends in padding.
    (named && !value.trim_matches('=').is_empty()).then_some(value)
}

/// `TOKEN`, or a list of `client.context+TOKEN`, with whatever quotes and blanks around.
fn read_list(text: &str) -> Result<Vec<Pasted>, NotAToken> {
    let quoted = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '\\' | '[');
    let text = Zeroizing::new(
        text.lines().map(without_comment).flat_map(str::chars).filter(|c| !quoted(*c)).collect::<String>(),
    );
    let mut all = Vec::new();
    for entry in text.trim_end_matches([',', ';', '}', ']']).split(',') {
        add(&mut all, read_entry(entry)?);
    }
    Ok(all)
}

fn read_entry(mut entry: &str) -> Result<Pasted, NotAToken> {
    let (mut client, mut context) = (None, None);
    // A repeated prefix (`web+web+TOKEN`) is a slip. yt-dlp takes the rest for the token.
    while let Some((named, rest)) = prefix(entry) {
        let (name, kind) = named.split_once('.').unwrap_or((named, ""));
        client = Client::new(name, None).ok();
        context = kind.parse().ok();
        entry = rest;
    }
    let token = PoToken::new(entry.split(['?', '&']).next().unwrap_or_default())?;
    Ok(Pasted { token, client, context, video_id: None, visitor_data: None })
}

/// yt-dlp's `client+` or `client.context+`, also with the `=` that its README once had there.
fn prefix(entry: &str) -> Option<(&str, &str)> {
    let (named, rest) = entry.split_once(['+', '='])?;
    let shaped = named.starts_with(|c: char| c.is_ascii_lowercase())
        && named.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'_' | b'.'))
        && !rest.trim_matches('=').is_empty();
    shaped.then_some((named, rest))
}

fn add(all: &mut Vec<Pasted>, pasted: Pasted) {
    if !all.contains(&pasted) {
        all.push(pasted);
    }
}

fn some(all: Vec<Pasted>) -> Result<Vec<Pasted>, NotAToken> {
    if all.is_empty() { Err(NotAToken::Empty) } else { Ok(all) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The one token in a text.
    fn one(text: &str) -> Pasted {
        let mut all = read(text).unwrap_or_else(|why| panic!("{why}"));
        assert_eq!(all.len(), 1);
        all.remove(0)
    }

    fn token() -> String {
        let payload: Vec<u8> = (0..83).collect();
        PoToken::from_bytes(&[&[0x32, 83][..], &payload].concat()).unwrap().expose().to_owned()
    }

    #[test]
    fn a_client_and_a_context_before_the_token_are_understood() {
        let token = token();
        for (text, client, context) in [
            (format!("web+{token}"), "web", None),
            (format!("mweb.gvs+{token}"), "mweb", Some(Context::Gvs)),
            (format!("web.player={token}"), "web", Some(Context::Player)),
            (format!("web+web+{token}"), "web", None),
            (format!("web_music.subs+{token} # of today"), "web_music", Some(Context::Subs)),
        ] {
            let pasted = one(&text);
            assert_eq!(pasted.token.expose(), token);
            assert_eq!(pasted.client.unwrap().name(), client);
            assert_eq!(pasted.context, context);
        }
    }

    #[test]
    fn lines_of_an_env_file_are_understood() {
        let token = token();
        for text in [
            format!("YT_DLP_PO_TOKEN={token}"),
            format!("export YT_DLP_PO_TOKEN=\"{token}\""),
            format!("# mine\nPORT=3000\nYT_DLP_PO_TOKEN=web+{token} # today\nDEBUG=1\n"),
            format!("YTDL_OPTIONS={{\"extractor_args\":{{\"youtube\":{{\"po_token\":[\"web+{token}\"]}}}}}}"),
        ] {
            assert_eq!(one(&text).token.expose(), token, "{}", text.replace(&token, "TOKEN"));
        }
    }

    #[test]
    fn extractor_args_are_understood() {
        let token = token();
        let pasted = one(&format!(
            "--extractor-args \"youtube:player_client=default,mweb;po_token=mweb.gvs+{token};visitor_data=x\""
        ));
        assert_eq!((pasted.token.expose(), pasted.context), (token.as_str(), Some(Context::Gvs)));
    }

    #[test]
    fn a_list_keeps_each_token_once_with_its_own_context() {
        let token = token();
        let all = read(&format!("web.gvs+{token},web.player+{token},web.gvs+{token}")).unwrap();
        let contexts: Vec<_> = all.iter().map(|pasted| pasted.context.unwrap()).collect();
        assert_eq!(contexts, [Context::Gvs, Context::Player]);
    }

    #[test]
    fn one_bad_part_refuses_the_whole() {
        let token = token();
        assert!(read(&format!("web.gvs+{token},web.player+{}", &token[..40])).is_err());
    }

    #[test]
    fn a_url_says_context_client_and_for_captions_the_video() {
        let token = token();
        let encoded = token.replace('=', "%3D");
        let captions = one(&format!(
            "https://www.youtube.com/api/timedtext?v=_160oMzblY8&pot={encoded}&c=WEB&cver=2.20251124.01.00"
        ));
        assert_eq!(captions.video_id.unwrap().as_str(), "_160oMzblY8");
        assert_eq!(captions.context, Some(Context::Subs));
        assert_eq!(captions.client.unwrap().version(), Some("2.20251124.01.00"));

        let media = one(&format!("https://rr1.googlevideo.com/videoplayback/id/x/pot/{encoded}/n/1"));
        assert_eq!((media.context, media.video_id), (Some(Context::Gvs), None));
    }

    #[test]
    fn the_url_of_a_stream_in_parts_names_its_video() {
        let encoded = token().replace('=', "%3D");
        for (rest, video) in [
            (format!("videoplayback/id/51db4303dea6be27/itag/96/pot/{encoded}/file/seg.ts"), "UdtDA96mvic"),
            (format!("videoplayback?id=51db4303dea6be27&source=youtube&pot={encoded}"), "UdtDA96mvic"),
            (
                format!(
                    "api/manifest/hls_playlist/expire/1/id/jfKfPfyJRdk.2/source/yt_live_broadcast/pot/{encoded}"
                ),
                "jfKfPfyJRdk",
            ),
        ] {
            let pasted = one(&format!("https://manifest.googlevideo.com/{rest}"));
            assert_eq!(pasted.video_id.as_ref().map(VideoId::as_str), Some(video), "{video}");
        }
    }

    #[test]
    fn every_sample_is_taken_or_refused_as_its_note_says() {
        let samples = include_str!("pasted.jsonl");
        let mut seen = 0;
        for line in samples.lines() {
            let sample: Value = serde_json::from_str(line).unwrap();
            let (note, text) = (&sample["note"], sample["value"].as_str().unwrap());
            match (read(text), sample["refused"].as_str()) {
                (Ok(all), None) => {
                    for pasted in &all {
                        assert_eq!(PoToken::new(pasted.token.expose()).unwrap(), pasted.token, "{note}");
                    }
                    let video = sample["video_id"].as_str();
                    assert_eq!(all[0].video_id.as_ref().map(VideoId::as_str), video, "{note}");
                }
                (Err(why), Some(reason)) => {
                    assert!(why.to_string().contains(reason), "{note}: {why}");
                }
                (Ok(_), Some(_)) => panic!("{note}: was taken"),
                (Err(why), None) => panic!("{note}: {why}"),
            }
            seen += 1;
        }
        assert!(seen > 30, "only {seen} samples");
    }

    proptest! {
        #[test]
        fn hostile_text_never_panics(text in "[a-zA-Z0-9+=.,;:{}\"'#?&%/\\s_-]{0,200}") {
            let _ = read(&text);
        }
    }
}
