use super::*;
use crate::store::tests::{capture, store};
use potbridge_protocol::{Certainty, PoToken};
use potbridge_system::clock;

const VIDEO: &str = "dQw4w9WgXcQ";

fn token(seed: u8, context: Context) -> Capture {
    Capture { context, ..capture(seed, VIDEO, clock::now_ms()) }
}

/// One that is so long that it is bound to a session.
fn long(context: Context) -> Capture {
    let mut bytes = vec![0x32, 122];
    bytes.extend(0..122);
    Capture { token: PoToken::from_bytes(&bytes).unwrap(), ..token(1, context) }
}

fn bound(capture: Capture, content_bound: bool) -> Capture {
    let mut capture = capture;
    capture.binding.content_bound = Some(content_bound);
    capture
}

/// What is given for media of the video, of a store with these.
fn for_media(captures: &[Capture]) -> Option<Capture> {
    let mut store = store();
    for capture in captures {
        store.put(capture).unwrap();
    }
    let request = TokenRequest { context: Some(Context::Gvs), ..TokenRequest::default() };
    from_store(&store, &request, VideoId::new(VIDEO).ok().as_ref(), false, 0).unwrap()
}

#[test]
fn media_get_their_own_token_then_that_of_captions_then_the_players() {
    let tokens = [token(1, Context::Player), token(2, Context::Subs), token(3, Context::Gvs)];
    for known in 1..=tokens.len() {
        assert_eq!(for_media(&tokens[..known]), Some(tokens[known - 1].clone()));
    }
}

#[test]
fn the_players_token_is_for_media_only_if_it_is_bound_to_the_video() {
    for (players, is_given) in [
        (token(1, Context::Player), true),
        (bound(token(1, Context::Player), true), true),
        (bound(token(1, Context::Player), false), false),
        (long(Context::Player), false),
        (bound(long(Context::Player), false), false),
        (bound(long(Context::Player), true), true),
    ] {
        assert_eq!(for_media(std::slice::from_ref(&players)).is_some(), is_given, "{:?}", players.binding);
    }
}

#[test]
fn an_own_token_is_given_before_one_of_another_client() {
    let foreign = Capture { foreign_client: true, ..token(1, Context::Gvs) };
    assert_eq!(for_media(std::slice::from_ref(&foreign)), Some(foreign.clone()));
    let own = token(2, Context::Player);
    assert_eq!(for_media(&[foreign.clone(), own.clone()]), Some(own));
    assert_eq!(for_media(&[foreign.clone(), long(Context::Player)]), Some(foreign));
}

#[test]
fn a_private_token_is_given_only_if_that_is_allowed() {
    let mut of_private = token(1, Context::Gvs);
    of_private.session.private = true;
    let mut store = store();
    store.put(&of_private).unwrap();
    let (request, video) = (TokenRequest::default(), VideoId::new(VIDEO).unwrap());
    assert_eq!(from_store(&store, &request, Some(&video), false, 0).unwrap(), None);
    assert_eq!(from_store(&store, &request, Some(&video), true, 0).unwrap(), Some(of_private));
}

#[test]
fn a_request_that_bypasses_the_cache_takes_a_newer_token_though_an_older_one_is_surer() {
    let now = clock::now_ms();
    let mut store = store();
    let older = Capture { captured_at: now - 60_000, ..token(1, Context::Gvs) };
    store.put(&older).unwrap();
    let pending = PendingRequests::default();
    let request = TokenRequest { bypass_cache: true, ..TokenRequest::default() };
    let video = VideoId::new(VIDEO).unwrap();
    let answers = pending.add(request, video, &ShortText::default(), false, Instant::now()).unwrap().answers;
    pending.answer_from(&store, false);
    assert!(answers.try_recv().is_err() && !pending.is_empty());

    let mut newer = token(2, Context::Gvs);
    newer.binding.certainty = Certainty::Probable;
    store.put(&newer).unwrap();
    pending.answer_from(&store, false);
    let IpcResponse::Token { capture } = answers.try_recv().unwrap() else { panic!("no token") };
    assert!(*capture == newer && pending.is_empty());
}

/// The same token, of a visitor.
fn of_visitor(mut capture: Capture) -> Capture {
    capture.binding.visitor_data = Some(potbridge_protocol::VisitorData::new(VISITOR).unwrap());
    capture
}

const VISITOR: &str = "CgtmSzRyTVlHM09aTCiYl8fABg";

fn for_binding(binding: ContentBinding, captures: &[Capture]) -> Option<Capture> {
    let mut store = store();
    for capture in captures {
        store.put(capture).unwrap();
    }
    let request = TokenRequest { content_binding: Some(binding), ..TokenRequest::default() };
    from_store(&store, &request, None, false, 0).unwrap()
}

#[test]
fn whatever_visitor_is_asked_for_a_token_of_a_session_ranks_first() {
    let any = |captures: &[Capture]| for_binding(ContentBinding::AnyVisitor, captures);
    let unknown = token(3, Context::Gvs);
    assert_eq!(any(std::slice::from_ref(&unknown)), None);
    let of_video = of_visitor(token(2, Context::Gvs));
    assert_eq!(any(&[of_video.clone(), unknown.clone()]), Some(of_video.clone()));
    let of_session = of_visitor(long(Context::Player));
    assert_eq!(any(&[of_session.clone(), of_video.clone(), unknown]), Some(of_session));
    let said = of_visitor(bound(token(4, Context::Gvs), false));
    assert_eq!(any(&[said.clone(), of_video.clone()]), Some(said));
    // The account's own is bound to the account.
    let mut of_account = of_visitor(long(Context::Player));
    of_account.session.logged_in = Some(true);
    assert_eq!(any(&[of_video.clone(), of_account]), Some(of_video));
}

#[test]
fn a_token_too_long_for_a_video_is_of_its_visitor() {
    let of_this = || ContentBinding::VisitorData(VISITOR.to_owned().into());
    let long = of_visitor(long(Context::Gvs));
    assert_eq!(for_binding(of_this(), std::slice::from_ref(&long)), Some(long.clone()));
    assert_eq!(for_binding(of_this(), &[of_visitor(token(1, Context::Gvs))]), None);
    assert_eq!(for_binding(of_this(), &[bound(long, true)]), None);
}

#[test]
fn a_request_that_joins_an_opening_is_not_given_what_its_asker_was_given_before() {
    let mut store = store();
    let (pending, video) = (PendingRequests::default(), VideoId::new(VIDEO).unwrap());
    let request = |client| TokenRequest {
        video_id: VideoId::new(VIDEO).ok(),
        client: ShortText::new(client).unwrap(),
        bypass_cache: true,
        ..TokenRequest::default()
    };
    let add = |client| {
        pending
            .add(request(client), video.clone(), &ShortText::default(), false, Instant::now())
            .unwrap()
            .answers
    };
    let (get, other) = (add("get"), add("other"));
    let (first, second) = (token(1, Context::Gvs), token(2, Context::Gvs));
    store.put(&first).unwrap();
    store.note_given(&request("get"), &first.token).unwrap();
    pending.answer_from(&store, false);
    assert!(get.try_recv().is_err() && other.try_recv().is_ok());
    store.put(&second).unwrap();
    pending.answer_from(&store, false);
    let IpcResponse::Token { capture } = get.try_recv().unwrap() else { panic!("no token") };
    assert!(*capture == second);
    // Who names the refused token is given what is newer.
    store.note_given(&request("get"), &second.token).unwrap();
    let names = TokenRequest { refused: vec![first.token], ..request("get") };
    assert!(from_store(&store, &names, Some(&video), false, 0).unwrap().is_some());
    assert_eq!(from_store(&store, &request("get"), Some(&video), false, 0).unwrap(), None);
}
