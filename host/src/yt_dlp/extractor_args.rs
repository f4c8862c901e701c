//! How yt-dlp is given tokens: the value of its `--extractor-args`.

use potbridge_protocol::{Capture, Context, VisitorData};
use zeroize::Zeroizing;

/// yt-dlp's clients that accept a token of another web player (yt-dlp 2026.10.26, `_base.py`).
///
/// Of the two, `mweb` gets media that yt-dlp can fetch.
const CLIENTS: [&str; 2] = ["mweb", "web"];

/// yt-dlp's clients that need a token for media and take one of another web player (the same file).
const TAKERS: [&str; 5] = ["web_music", "web_creator", "mweb", "web", "web_safari"];

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

/// The arguments for a download with the tokens of one video, the preferred one first.
///
/// Every client that is named sends the token, so a refusal is one of the token: `web_music` for YouTube Music, or else `mweb`,
/// and beside that the client that the token was read from, if it has media of its own. yt-dlp takes each format from the first
/// client that has it (2026.10.26, `_video.py`, `stream_ids`), and says nowhere whose it was.
///
/// If the configuration has `chosen` clients that all take tokens, these are asked instead.
///
/// For `gvs` and `subs` a token of that context is used, or else the first of the video; a player's only if there is no other,
/// since it can be one of the session beside media tokens of the video. For `player` only a token of the session is used, since
/// no web client asks for one there. A token of another client than the page's own is used only if there is no other.
#[must_use]
pub fn for_download(captures: &[Capture], music: bool, chosen: Option<&str>) -> Zeroizing<String> {
    if let Some(chosen) = chosen.filter(|chosen| all_take_tokens(chosen)) {
        return composed(&chosen.split(',').collect::<Vec<_>>(), captures);
    }
    let own = captures.iter().find_map(media_client).filter(|_| !music);
    let mut clients = vec![if music { "web_music" } else { "mweb" }];
    clients.extend(own);
    composed(&clients, captures)
}

/// Whether all of these clients, with commas between, need a token and take one of another web player.
#[must_use]
pub fn all_take_tokens(clients: &str) -> bool {
    clients.split(',').all(|client| TAKERS.contains(&client))
}

/// The arguments for a download without a token.
///
/// `visionos` needs neither a token nor a JavaScript runtime, `tv_samsung` no token (yt-dlp 2026.10.26, `_base.py`). yt-dlp would
/// ask `visionos` nothing if it had cookies, so it must be given none. No provider of tokens is asked.
pub const WITHOUT_TOKEN: &str = "youtube:player_client=visionos,tv_samsung;fetch_pot=never";

/// The arguments for a download by the clients that yt-dlp chooses, with the tokens of one video for those that need one.
///
/// Tokens of a session are left out: yt-dlp would have to be of that session. Providers of tokens are asked only if yt-dlp
/// `may_ask`: if no browser was asked already.
#[must_use]
pub fn by_default(captures: &[Capture], may_ask: bool) -> Zeroizing<String> {
    let captures: Vec<Capture> = captures.iter().filter(|capture| !is_of_session(capture)).cloned().collect();
    let policy = if may_ask { "auto" } else { "never" };
    joined(&["youtube:fetch_pot=", policy], &TAKERS, &captures)
}

/// The token that a download shows for media.
#[must_use]
pub fn of_media(captures: &[Capture]) -> Option<&Capture> {
    chosen(captures, Context::Gvs)
}

/// yt-dlp's name of the client that the token was read from, if that client has media of its own.
fn media_client(capture: &Capture) -> Option<&'static str> {
    let client = capture.client.as_ref()?.name();
    OTHERS.into_iter().find_map(|(name, theirs)| (client == name || client == theirs).then_some(theirs))
}

/// The arguments for clients, of which each but `default` takes the tokens, as `web` does.
fn composed(clients: &[&str], captures: &[Capture]) -> Zeroizing<String> {
    let takers: Vec<&str> = clients
        .iter()
        .copied()
        .filter(|client| *client != "default" && !CLIENTS.contains(client))
        .chain(CLIENTS)
        .collect();
    joined(&["youtube:player_client=", &clients.join(",")], &takers, captures)
}

/// The arguments that begin so, with the tokens for every client that takes them.
fn joined(begin: &[&str], takers: &[&str], captures: &[Capture]) -> Zeroizing<String> {
    let mut pieces = begin.to_vec();
    let mut visitor = None;
    let mut before = ";po_token=";
    for context in [Context::Gvs, Context::Subs, Context::Player] {
        let Some(capture) = chosen(captures, context) else { continue };
        if is_of_session(capture) && capture.session.logged_in != Some(true) {
            // yt-dlp sends one visitor, so it cannot use tokens of two.
            let this = capture.binding.visitor_data.as_ref();
            if *visitor.get_or_insert(this) != this {
                continue;
            }
        }
        for client in takers {
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

/// The token for a context.
fn chosen(captures: &[Capture], context: Context) -> Option<&Capture> {
    let own = |capture: &&Capture| {
        capture.context == context && (is_of_session(capture) || context != Context::Player)
    };
    let any = |capture: &&Capture| !is_of_session(capture) && context != Context::Player;
    let of_client = |foreign| captures.iter().filter(move |capture| capture.foreign_client == foreign);
    [false, true].into_iter().find_map(|foreign| {
        let stand_in =
            || of_client(foreign).filter(any).min_by_key(|capture| capture.context == Context::Player);
        of_client(foreign).find(own).or_else(stand_in)
    })
}

/// Whether the page said that the token is bound to the session, and not to its video.
pub(crate) fn is_of_session(capture: &Capture) -> bool {
    capture.binding.content_bound == Some(false)
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
        let mut args = for_download(captures, music, None).to_string();
        for (at, capture) in captures.iter().enumerate() {
            args = args.replace(capture.token.expose(), &format!("T{at}"));
        }
        args
    }

    fn made_for(context: Context, seed: u8) -> Capture {
        Capture { context, ..capture(seed, "dQw4w9WgXcQ", 0) }
    }

    #[test]
    fn a_download_asks_only_clients_that_send_the_token() {
        let captures = [made_for(Context::Player, 1)];
        let tokens = "mweb.gvs+T0,web.gvs+T0,mweb.subs+T0,web.subs+T0";
        assert_eq!(of_download(&captures, false), format!("youtube:player_client=mweb;po_token={tokens}"));
        assert_eq!(
            of_download(&captures, true),
            "youtube:player_client=web_music;po_token=web_music.gvs+T0,mweb.gvs+T0,web.gvs+T0,\
             web_music.subs+T0,mweb.subs+T0,web.subs+T0"
        );
        let mut music = captures;
        music[0].client = Client::new("WEB_REMIX", None).ok();
        assert!(of_download(&music, true).starts_with("youtube:player_client=web_music;"));
        assert!(of_download(&music, false).starts_with("youtube:player_client=mweb,web_music;"));
        assert_eq!(of_download(&[], false), "youtube:player_client=mweb");
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
            "youtube:player_client=mweb;po_token=mweb.gvs+T0,web.gvs+T0,mweb.player+T1,web.player+T1;\
             visitor_data=CgtmSzRyTVlHM09aTA%3D%3D"
        );
    }

    #[test]
    fn chosen_clients_are_asked_with_the_token_if_all_take_one() {
        let captures = [made_for(Context::Gvs, 1)];
        let args =
            |chosen| for_download(&captures, true, Some(chosen)).replace(captures[0].token.expose(), "T");
        assert!(args("web_safari,mweb").starts_with(
            "youtube:player_client=web_safari,mweb;po_token=web_safari.gvs+T,mweb.gvs+T,web.gvs+T,"
        ));
        for other in ["tv", "mweb,default", "mweb,tv_samsung", ""] {
            assert!(args(other).starts_with("youtube:player_client=web_music;"), "{other}");
        }
    }

    #[test]
    fn yt_dlps_own_clients_get_the_tokens_of_the_video_alone() {
        let mut captures = [made_for(Context::Gvs, 1), made_for(Context::Subs, 2)];
        captures[1].binding.content_bound = Some(false);
        let args = by_default(&captures, false).replace(captures[0].token.expose(), "T");
        assert!(
            args.starts_with(
                "youtube:fetch_pot=never;po_token=web_music.gvs+T,web_creator.gvs+T,mweb.gvs+T,"
            )
        );
        assert!(args.ends_with(",web.subs+T,web_safari.subs+T"));
        assert_eq!(*by_default(&[], false), "youtube:fetch_pot=never");
        assert_eq!(*by_default(&[], true), "youtube:fetch_pot=auto");
    }

    #[test]
    fn the_token_of_media_is_the_one_that_is_shown_for_them() {
        let captures = [made_for(Context::Player, 1), made_for(Context::Subs, 2), made_for(Context::Gvs, 3)];
        assert!(of_media(&captures) == Some(&captures[2]));
        assert!(of_media(&captures[..2]) == Some(&captures[1]));
        assert!(of_media(&[]).is_none());
    }
}
