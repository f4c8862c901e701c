//! How yt-dlp is given tokens: the value of its `--extractor-args`.

use potbridge_protocol::{Capture, Context, VisitorData};
use zeroize::Zeroizing;

/// yt-dlp's clients that accept a token of another web player (yt-dlp 2026.10.26, `_base.py`).
///
/// Of the two, `mweb` gets media that yt-dlp can fetch.
const CLIENTS: [&str; 2] = ["mweb", "web"];

/// YouTube's and yt-dlp's name of the clients that have media of their own and are not in [`CLIENTS`].
const OTHERS: [(&str, &str); 3] =
    [("WEB_REMIX", "web_music"), ("WEB_EMBEDDED_PLAYER", "web_embedded"), ("WEB_CREATOR", "web_creator")];

/// The arguments for one token: `youtube:player_client=default,mweb;po_token=mweb.gvs+TOKEN,…`.
///
/// They are one text, since a second `--extractor-args youtube:…` would replace the first. The token is given for every
/// context, since YouTube uses one token for all contexts of a video. If the page said that the token is not bound to its
/// video, it is given for its own context alone, with the visitor that it is bound to.
#[must_use]
pub fn extractor_args(capture: &Capture) -> Zeroizing<String> {
    let mut clients = vec!["default", "mweb"];
    clients.extend(media_client(capture));
    composed(&clients, std::slice::from_ref(capture))
}

/// The arguments for a download, with all tokens of one video, the preferred one first.
///
/// yt-dlp takes each format from the first client that has it (2026.10.26, `_video.py`, `stream_ids`). So the clients
/// that send the token stand first, and a refusal is one of the token. For `gvs` and `subs` a token of that context is
/// used, or else the first of the video; a player's only if there is no other, since it can be one of the session beside media
/// tokens of the video. For `player` only a token of the session is used, since no web client asks for one there. A token of
/// another client than the page's own is used only if there is no other.
#[must_use]
pub fn for_download(captures: &[Capture], music: bool) -> Zeroizing<String> {
    let own = captures.iter().find_map(media_client).filter(|own| !music || *own != "web_music");
    let mut clients = Vec::new();
    clients.extend(music.then_some("web_music"));
    clients.push("mweb");
    clients.extend(own);
    clients.push("default");
    composed(&clients, captures)
}

/// yt-dlp's name of the client that the token was read from, if that client has media of its own.
fn media_client(capture: &Capture) -> Option<&'static str> {
    let client = capture.client.as_ref()?.name();
    OTHERS.into_iter().find_map(|(name, theirs)| (client == name || client == theirs).then_some(theirs))
}

fn composed(clients: &[&str], captures: &[Capture]) -> Zeroizing<String> {
    let is_of_session = |capture: &Capture| capture.binding.content_bound == Some(false);
    let takers: Vec<&str> = clients
        .iter()
        .copied()
        .filter(|client| *client != "default" && !CLIENTS.contains(client))
        .chain(CLIENTS)
        .collect();
    let mut visitor = None;
    let mut pieces = vec!["youtube:player_client="];
    for (at, client) in clients.iter().enumerate() {
        pieces.extend((at > 0).then_some(","));
        pieces.push(client);
    }
    let mut before = ";po_token=";
    for context in [Context::Gvs, Context::Subs, Context::Player] {
        let own = |capture: &&Capture| {
            capture.context == context && (is_of_session(capture) || context != Context::Player)
        };
        let any = |capture: &&Capture| !is_of_session(capture) && context != Context::Player;
        let of_client = |foreign| captures.iter().filter(move |capture| capture.foreign_client == foreign);
        let found = [false, true].into_iter().find_map(|foreign| {
            let stand_in =
                || of_client(foreign).filter(any).min_by_key(|capture| capture.context == Context::Player);
            of_client(foreign).find(own).or_else(stand_in)
        });
        let Some(capture) = found else { continue };
        if is_of_session(capture) && capture.session.logged_in != Some(true) {
            // yt-dlp sends one visitor, so it cannot use tokens of two.
            let this = capture.binding.visitor_data.as_ref();
            if *visitor.get_or_insert(this) != this {
                continue;
            }
        }
        for client in &takers {
            pieces.extend([before, client, ".", context.as_str(), "+", capture.token.expose()]);
            before = ",";
        }
    }
    let visitor = visitor.flatten().map(VisitorData::percent_encoded);
    if let Some(visitor) = &visitor {
        pieces.extend([";visitor_data=", visitor]);
    }
    // Allocated at once, so that growing leaves no copies of the token in memory.
    Zeroizing::new(pieces.concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::capture;
    use potbridge_protocol::Client;

    fn args(capture: &Capture) -> String {
        extractor_args(capture).replace(capture.token.expose(), "T")
    }

    #[test]
    fn a_token_of_a_video_is_given_for_media_and_subtitles() {
        let capture = capture(1, "dQw4w9WgXcQ", 0);
        assert_eq!(
            args(&capture),
            "youtube:player_client=default,mweb;po_token=mweb.gvs+T,web.gvs+T,mweb.subs+T,web.subs+T"
        );
    }

    #[test]
    fn a_token_of_music_is_given_to_the_music_client_too() {
        let mut capture = capture(1, "dQw4w9WgXcQ", 0);
        for name in ["WEB_REMIX", "web_music"] {
            capture.client = Client::new(name, None).ok();
            assert!(args(&capture).starts_with(
                "youtube:player_client=default,mweb,web_music;po_token=web_music.gvs+T,mweb.gvs+T,web.gvs+T,"
            ));
        }
    }

    #[test]
    fn a_session_token_is_given_with_its_visitor_for_its_context() {
        let mut capture = capture(1, "dQw4w9WgXcQ", 0);
        capture.binding.content_bound = Some(false);
        capture.binding.visitor_data = Some(VisitorData::new("CgtmSzRyTVlHM09aTA%3D%3D").unwrap());
        capture.context = Context::Player;
        assert_eq!(
            args(&capture),
            "youtube:player_client=default,mweb;po_token=mweb.player+T,web.player+T;visitor_data=CgtmSzRyTVlHM09aTA%3D%3D"
        );
        capture.session.logged_in = Some(true);
        assert!(!args(&capture).contains("visitor_data"));
    }

    /// The arguments of a download, with each token by its number.
    fn of_download(captures: &[Capture], music: bool) -> String {
        let mut args = for_download(captures, music).to_string();
        for (at, capture) in captures.iter().enumerate() {
            args = args.replace(capture.token.expose(), &format!("T{at}"));
        }
        args
    }

    fn made_for(context: Context, seed: u8) -> Capture {
        Capture { context, ..capture(seed, "dQw4w9WgXcQ", 0) }
    }

    #[test]
    fn a_download_uses_the_clients_that_send_the_token_first() {
        let captures = [made_for(Context::Player, 1)];
        let tokens = "mweb.gvs+T0,web.gvs+T0,mweb.subs+T0,web.subs+T0";
        assert_eq!(
            of_download(&captures, false),
            format!("youtube:player_client=mweb,default;po_token={tokens}")
        );
        assert_eq!(
            of_download(&captures, true),
            "youtube:player_client=web_music,mweb,default;po_token=web_music.gvs+T0,mweb.gvs+T0,web.gvs+T0,\
             web_music.subs+T0,mweb.subs+T0,web.subs+T0"
        );
        let mut music = captures;
        music[0].client = Client::new("WEB_REMIX", None).ok();
        assert!(of_download(&music, true).starts_with("youtube:player_client=web_music,mweb,default;"));
        assert!(of_download(&music, false).starts_with("youtube:player_client=mweb,web_music,default;"));
        assert_eq!(of_download(&[], false), "youtube:player_client=mweb,default");
    }

    #[test]
    fn each_context_gets_its_own_token_if_there_is_one() {
        let captures = [made_for(Context::Player, 1), made_for(Context::Subs, 2), made_for(Context::Gvs, 3)];
        assert!(
            of_download(&captures, false)
                .ends_with(";po_token=mweb.gvs+T2,web.gvs+T2,mweb.subs+T1,web.subs+T1")
        );
        assert!(
            of_download(&captures[..2], false).ends_with("=mweb.gvs+T1,web.gvs+T1,mweb.subs+T1,web.subs+T1")
        );
        assert!(
            of_download(&captures[..1], false).ends_with("=mweb.gvs+T0,web.gvs+T0,mweb.subs+T0,web.subs+T0")
        );
    }

    #[test]
    fn a_token_of_another_client_is_given_only_if_there_is_no_other() {
        let foreign = |capture| Capture { foreign_client: true, ..capture };
        let captures = [foreign(made_for(Context::Gvs, 1)), made_for(Context::Player, 2)];
        assert!(of_download(&captures, false).ends_with("=mweb.gvs+T1,web.gvs+T1,mweb.subs+T1,web.subs+T1"));
        assert!(
            of_download(&captures[..1], false).ends_with("=mweb.gvs+T0,web.gvs+T0,mweb.subs+T0,web.subs+T0")
        );
    }

    #[test]
    fn tokens_of_two_visitors_are_not_mixed() {
        let of_visitor = |context, seed, visitor| {
            let mut capture = made_for(context, seed);
            capture.binding.content_bound = Some(false);
            capture.binding.visitor_data = VisitorData::new(visitor).ok();
            capture
        };
        let captures = [
            of_visitor(Context::Gvs, 1, "CgtmSzRyTVlHM09aTA"),
            of_visitor(Context::Player, 2, "CgtmSzRyTVlHM09aTA"),
            of_visitor(Context::Subs, 3, "CgtBQkNyTVlHM09aTA"),
        ];
        assert_eq!(
            of_download(&captures, false),
            "youtube:player_client=mweb,default;po_token=mweb.gvs+T0,web.gvs+T0,mweb.player+T1,web.player+T1;\
             visitor_data=CgtmSzRyTVlHM09aTA%3D%3D"
        );
    }
}
