use super::*;
use Step::{Defaults, NewToken, Token, WithoutToken};
use strum::IntoEnumIterator as _;

const WITH_COOKIES: bool = true;
const SIGNED_OUT: bool = false;

fn problem(code: Code) -> Problem {
    Problem::new(code, format!("It is {code}."))
}

fn ladder(order: Order, has_cookies: bool, failed: &[(Step, Code)]) -> Ladder {
    let mut ladder = Ladder::new(order, has_cookies);
    for (step, code) in failed {
        assert_eq!(ladder.next(), Some(*step), "before {code} of {failed:?}");
        ladder.fail(*step, problem(*code));
    }
    ladder
}

/// The steps of a ladder on which each fails with its code, or with that of the last one.
fn steps(order: Order, has_cookies: bool, codes: &[Code]) -> Vec<Step> {
    let mut ladder = Ladder::new(order, has_cookies);
    let mut steps = Vec::new();
    while let Some(step) = ladder.next() {
        let code = codes.get(steps.len()).or(codes.last()).unwrap();
        ladder.fail(step, problem(*code));
        steps.push(step);
    }
    steps
}

#[test]
fn each_failure_leads_to_the_steps_that_can_mend_it() {
    use Code as C;
    for (codes, signed_out, with_cookies) in [
        (
            &[C::TokenRefused][..],
            &[Token, NewToken, WithoutToken, Defaults][..],
            &[Token, NewToken, WithoutToken, Defaults][..],
        ),
        (
            &[C::TokenMissing],
            &[Token, NewToken, WithoutToken, Defaults],
            &[Token, NewToken, WithoutToken, Defaults],
        ),
        (&[C::NoToken, C::TokenRefused], &[Token, WithoutToken, Defaults], &[Token, WithoutToken, Defaults]),
        (&[C::SabrOnly], &[Token, WithoutToken, Defaults], &[Token, WithoutToken, Defaults]),
        (
            &[C::SessionMissing, C::NothingUsable],
            &[Token, WithoutToken, Defaults],
            &[Token, WithoutToken, Defaults],
        ),
        (&[C::NothingUsable], &[Token, WithoutToken, Defaults], &[Token, WithoutToken, Defaults]),
        (&[C::YtDlpFailed], &[Token, WithoutToken, Defaults], &[Token, WithoutToken, Defaults]),
        (&[C::AddressRefused], &[Token, WithoutToken, Defaults], &[Token, WithoutToken, Defaults]),
        // One client's page may be in trouble. Two of them are YouTube.
        (&[C::YoutubeTrouble], &[Token, WithoutToken], &[Token, WithoutToken]),
        (
            &[C::YoutubeTrouble, C::TokenRefused],
            &[Token, WithoutToken, Defaults],
            &[Token, WithoutToken, Defaults],
        ),
        // Without a runtime yt-dlp's own choice is one of the clients that were asked.
        (&[C::NoJsRuntime], &[Token, WithoutToken], &[Token, WithoutToken]),
        // If both who was logged in and who was not hear the same, it is so.
        (&[C::BotCheck], &[Token, WithoutToken], &[Token, WithoutToken]),
        (&[C::NotAvailable], &[Token, WithoutToken], &[Token, WithoutToken]),
        (&[C::BotCheck, C::TokenRefused], &[Token, WithoutToken], &[Token, WithoutToken, Defaults]),
        (&[C::SabrOnly, C::BotCheck], &[Token, WithoutToken], &[Token, WithoutToken, Defaults]),
        // What only an account may see.
        (&[C::NoToken, C::PrivateVideo], &[Token, WithoutToken], &[Token, WithoutToken, Defaults]),
        (&[C::NoToken, C::AgeRestricted], &[Token, WithoutToken], &[Token, WithoutToken, Defaults]),
        (&[C::AgeRestricted], &[Token], &[Token, Defaults]),
        (&[C::PrivateVideo], &[Token], &[Token]),
        (&[C::MembersOnly], &[Token], &[Token]),
        (&[C::PremiumOnly], &[Token], &[Token]),
        // The cookies are at fault.
        (&[C::CookiesRotated, C::TokenRefused], &[Token, WithoutToken], &[Token, WithoutToken]),
        (&[C::NetworkRestricted, C::TokenRefused], &[Token], &[Token, WithoutToken]),
    ] {
        assert_eq!(steps(USUAL, SIGNED_OUT, codes), signed_out, "{codes:?} without cookies");
        assert_eq!(steps(USUAL, WITH_COOKIES, codes), with_cookies, "{codes:?} with cookies");
    }
}

#[test]
fn what_no_other_client_can_mend_ends_the_ladder_at_once() {
    let of_this_machine = [
        Code::DiskFull,
        Code::CannotWrite,
        Code::CannotRead,
        Code::NameTooLong,
        Code::NoFfmpeg,
        Code::ProcessingFailed,
        Code::NoNetwork,
        Code::UnknownOption,
        Code::YtDlpNotStarted,
        Code::YtDlpKilled,
        Code::NoFile,
    ];
    let of_youtube =
        [Code::RateLimited, Code::DrmProtected, Code::GeoBlocked, Code::LiveNow, Code::JustEnded];
    for code in of_this_machine.into_iter().chain(of_youtube) {
        for order in [USUAL, TOKEN_LATER, CHOSEN_FIRST] {
            assert_eq!(steps(order, WITH_COOKIES, &[code]), order[..1], "{code}");
        }
    }
    for code in Code::iter() {
        let mended = steps(USUAL, SIGNED_OUT, &[code]).len() > 1;
        assert_eq!(mended, code.may_help_without_token(), "{code}");
    }
}

#[test]
fn a_new_token_comes_only_after_a_refused_one() {
    assert_eq!(
        steps(TOKEN_LATER, SIGNED_OUT, &[Code::TokenRefused]),
        [WithoutToken, Token, NewToken, Defaults]
    );
    assert_eq!(
        steps(TOKEN_LATER, SIGNED_OUT, &[Code::TokenRefused, Code::SabrOnly]),
        [WithoutToken, Token, Defaults]
    );
    assert_eq!(steps(TOKEN_LATER, SIGNED_OUT, &[Code::PrivateVideo]), [WithoutToken]);
    // The client of the token would have the same cookies, and no runtime either.
    assert_eq!(steps(CHOSEN_FIRST, WITH_COOKIES, &[Code::CookiesRotated]), [Defaults, WithoutToken]);
    assert_eq!(steps(CHOSEN_FIRST, SIGNED_OUT, &[Code::NoJsRuntime]), [Defaults, WithoutToken]);
    assert_eq!(steps(TOKEN_LATER, SIGNED_OUT, &[Code::NoJsRuntime]), [WithoutToken]);
    let refused = [Code::TokenRefused];
    assert_eq!(steps(CHOSEN_FIRST, SIGNED_OUT, &refused), [Defaults, Token, NewToken, WithoutToken]);
    assert_eq!(steps(TOKEN_LATER, WITH_COOKIES, &[Code::PrivateVideo]), [WithoutToken, Token]);
}

#[test]
fn the_failure_that_says_most_is_told() {
    use Code as C;
    for (failed, told) in [
        (&[(Token, C::NoToken), (WithoutToken, C::PrivateVideo)][..], C::PrivateVideo),
        (&[(Token, C::NoToken), (WithoutToken, C::TokenRefused), (Defaults, C::TokenRefused)], C::NoToken),
        (&[(Token, C::NoToken), (WithoutToken, C::SabrOnly), (Defaults, C::TokenMissing)], C::NoToken),
        // What has nothing to do with tokens.
        (&[(Token, C::NoToken), (WithoutToken, C::SabrOnly), (Defaults, C::SabrOnly)], C::SabrOnly),
        (&[(Token, C::NoToken), (WithoutToken, C::SabrOnly), (Defaults, C::NothingUsable)], C::NoToken),
        (&[(Token, C::NoToken), (WithoutToken, C::NothingUsable), (Defaults, C::NoJsRuntime)], C::NoToken),
        (&[(Token, C::NoToken), (WithoutToken, C::YtDlpFailed), (Defaults, C::YtDlpFailed)], C::YtDlpFailed),
        (&[(Token, C::NoToken), (WithoutToken, C::YtDlpFailed), (Defaults, C::TokenRefused)], C::NoToken),
        (&[(Token, C::NoToken), (WithoutToken, C::NoFfmpeg)], C::NoFfmpeg),
        (&[(Token, C::YoutubeTrouble), (WithoutToken, C::PrivateVideo)], C::PrivateVideo),
        (
            &[(Token, C::YoutubeTrouble), (WithoutToken, C::TokenRefused), (Defaults, C::NothingUsable)],
            C::YoutubeTrouble,
        ),
        (&[(Token, C::NoToken), (WithoutToken, C::BotCheck)], C::BotCheck),
        (&[(Token, C::NoToken), (WithoutToken, C::DiskFull)], C::DiskFull),
        (&[(Token, C::SabrOnly), (WithoutToken, C::TokenRefused), (Defaults, C::NothingUsable)], C::SabrOnly),
        (&[(Token, C::TokenRefused), (NewToken, C::SabrOnly), (WithoutToken, C::NothingUsable)], C::SabrOnly),
        (&[(Token, C::NothingUsable), (WithoutToken, C::TokenRefused)], C::NothingUsable),
        (&[(Token, C::SabrOnly), (WithoutToken, C::AgeRestricted)], C::AgeRestricted),
    ] {
        assert_eq!(ladder(USUAL, SIGNED_OUT, failed).problem().unwrap().code, told, "{failed:?}");
    }
    let failed = [(Token, C::NoToken), (WithoutToken, C::AgeRestricted), (Defaults, C::PrivateVideo)];
    assert_eq!(ladder(USUAL, WITH_COOKIES, &failed).problem().unwrap().code, C::PrivateVideo);
}

#[test]
fn the_message_tells_what_each_step_said_once() {
    use Code as C;
    let told = |failed| ladder(USUAL, SIGNED_OUT, failed).problem().unwrap().message;
    assert_eq!(
        told(&[(Token, C::NoToken), (WithoutToken, C::NothingUsable), (Defaults, C::NothingUsable)]),
        "It is no-token. Without a token: It is nothing-usable."
    );
    assert_eq!(
        told(&[(Token, C::TokenRefused), (NewToken, C::TokenMalformed), (WithoutToken, C::YtDlpFailed)]),
        "It is token-malformed. Without a token: It is yt-dlp-failed."
    );
    assert_eq!(
        told(&[(Token, C::SabrOnly), (WithoutToken, C::NotAvailable)]),
        "It is not-available. With a token: It is sabr-only."
    );
    assert_eq!(told(&[(Token, C::DiskFull)]), "It is disk-full.");
    let mut without_stops = Ladder::new(USUAL, SIGNED_OUT);
    without_stops.fail(Token, Problem::new(C::NoToken, "No browser is connected"));
    without_stops.fail(WithoutToken, Problem::new(C::TokenRefused, "It was refused."));
    let message = without_stops.problem().unwrap().message;
    assert_eq!(message, "No browser is connected. Without a token: It was refused.");
    assert_eq!(Ladder::new(USUAL, SIGNED_OUT).problem(), None);
}
