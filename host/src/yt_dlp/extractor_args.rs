//! What yt-dlp is told of a token: the value of its `--extractor-args`.

use potbridge_protocol::{Capture, Context, VisitorData};
use zeroize::Zeroizing;

/// yt-dlp's clients that take a token of another of YouTube's web players (yt-dlp 2026.10.26, `_base.py`). `mweb` is
/// the one that gets media it can fetch.
const CLIENTS: [&str; 2] = ["mweb", "web"];

/// yt-dlp's name for a client of YouTube's, where it is none of [`CLIENTS`] and has media of its own.
const OTHERS: [(&str, &str); 3] =
    [("WEB_REMIX", "web_music"), ("WEB_EMBEDDED_PLAYER", "web_embedded"), ("WEB_CREATOR", "web_creator")];

/// `youtube:player_client=default,mweb;po_token=mweb.gvs+TOKEN,…`, in one piece, since a second
/// `--extractor-args youtube:…` would replace the first.
///
/// A token is given for every context, since those of one video are one token; where the page said that it is not
/// bound to its video, for its own context alone, and with the visitor that it is bound to.
#[must_use]
pub fn extractor_args(capture: &Capture) -> Zeroizing<String> {
    let mut clients = vec!["default", "mweb"];
    clients.extend(own(capture));
    composed(&clients, std::slice::from_ref(capture))
}

/// The same for a download, with all that is known of one video's tokens, the one to be preferred first.
///
/// Of each format yt-dlp takes the first client's that has it (2026.10.26, `_video.py`, `stream_ids`), so the clients
/// that show the token stand first: then a refusal is one of the token. For `gvs` and `subs` a token of that very
/// context is taken, else the first of the video's; for `player` only a token of the session's, since no web client
/// asks for one there.
#[must_use]
pub fn for_download(captures: &[Capture], music: bool) -> Zeroizing<String> {
    let own = captures.iter().find_map(own).filter(|own| !music || *own != "web_music");
    let mut clients = Vec::new();
    clients.extend(music.then_some("web_music"));
    clients.push("mweb");
    clients.extend(own);
    clients.push("default");
    composed(&clients, captures)
}

/// yt-dlp's name for the client that the token was read from, where that has media of its own.
fn own(capture: &Capture) -> Option<&'static str> {
    let client = capture.client.as_ref()?.name();
    OTHERS.into_iter().find_map(|(name, theirs)| (client == name || client == theirs).then_some(theirs))
}

fn composed(clients: &[&str], captures: &[Capture]) -> Zeroizing<String> {
    let content_binding = |capture: &Capture| capture.binding.content_bound == Some(false);
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
        let very = captures.iter().find(|capture| {
            capture.context == context && (content_binding(capture) || context != Context::Player)
        });
        let any = || captures.iter().find(|capture| !content_binding(capture) && context != Context::Player);
        let Some(capture) = very.or_else(any) else { continue };
        if content_binding(capture) && capture.session.logged_in != Some(true) {
            // Tokens of two visitors cannot be shown in one session.
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
    // All at once, so that growing leaves no copies behind.
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
    fn a_token_of_a_video_is_given_for_media_and_captions() {
        let capture = capture(1, "dQw4w9WgXcQ", 0);
        assert_eq!(
            args(&capture),
            "youtube:player_client=default,mweb;po_token=mweb.gvs+T,web.gvs+T,mweb.subs+T,web.subs+T"
        );
    }

    #[test]
    fn a_token_of_music_is_given_to_the_client_of_music_too() {
        let mut capture = capture(1, "dQw4w9WgXcQ", 0);
        for name in ["WEB_REMIX", "web_music"] {
            capture.client = Client::new(name, None).ok();
            assert!(args(&capture).starts_with(
                "youtube:player_client=default,mweb,web_music;po_token=web_music.gvs+T,mweb.gvs+T,web.gvs+T,"
            ));
        }
    }

    #[test]
    fn a_token_of_a_session_is_given_with_its_visitor_and_for_its_context_alone() {
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
    fn a_download_asks_the_clients_that_show_the_token_first() {
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
    fn each_context_has_a_token_of_its_own_where_there_is_one() {
        let captures = [made_for(Context::Player, 1), made_for(Context::Subs, 2), made_for(Context::Gvs, 3)];
        assert!(
            of_download(&captures, false)
                .ends_with(";po_token=mweb.gvs+T2,web.gvs+T2,mweb.subs+T1,web.subs+T1")
        );
        assert!(
            of_download(&captures[..2], false).ends_with("=mweb.gvs+T0,web.gvs+T0,mweb.subs+T1,web.subs+T1")
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
