//! What yt-dlp is told of a token: the value of its `--extractor-args`.

use potbridge_protocol::{Capture, Context, PoToken};
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
    let Capture { token, context, client, binding, session, .. } = capture;
    let own = client.as_ref().and_then(|client| {
        OTHERS
            .into_iter()
            .find_map(|(name, theirs)| (client.name() == name || client.name() == theirs).then_some(theirs))
    });
    let of_session = binding.content_bound == Some(false);
    let contexts = if of_session { &[*context][..] } else { &[Context::Gvs, Context::Subs] };

    let mut args = Zeroizing::new(String::with_capacity(4096));
    args.push_str("youtube:player_client=default,mweb");
    if let Some(client) = own {
        args.push(',');
        args.push_str(client);
    }
    args.push_str(";po_token=");
    let mut first = true;
    for context in contexts {
        for client in own.into_iter().chain(CLIENTS) {
            if !std::mem::take(&mut first) {
                args.push(',');
            }
            push(&mut args, client, *context, token);
        }
    }
    if let Some(visitor) =
        binding.visitor_data.as_ref().filter(|_| of_session && session.logged_in != Some(true))
    {
        args.push_str(";visitor_data=");
        args.push_str(&visitor.percent_encoded());
    }
    args
}

fn push(args: &mut String, client: &str, context: Context, token: &PoToken) {
    for part in [client, ".", context.as_str(), "+", token.expose()] {
        args.push_str(part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shelf::tests::capture;
    use potbridge_protocol::{Client, VisitorData};

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
}
