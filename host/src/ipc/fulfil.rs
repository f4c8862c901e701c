//! Fulfils a token request: from the store, or by asking the extension and waiting.

use super::host::Host;
use super::openings::TooSoon;
use super::pending::{Added, from_store};
use crate::config::{ALLOW, Config};
use crate::error::Error;
use crate::own_browser;
use crate::store::TokenStore;
use interprocess::local_socket::Stream;
use potbridge_protocol::messages::from_host::ConfiguredConsent;
use potbridge_protocol::messages::ipc::{IpcResponse, TokenRequest};
use potbridge_protocol::{Code, FromHost, Problem, ShortText, VideoId};
use std::sync::mpsc::RecvTimeoutError;
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The longest time limit of a token request, whatever the command says.
const MAX_TIMEOUT: Duration = Duration::from_secs(600);

/// Answers a token request that came over `stream`. `None` if nobody waits for the answer any more.
pub(super) fn fulfil(request: &TokenRequest, host: &Arc<Host>, stream: &Arc<Stream>) -> Option<IpcResponse> {
    let answer = answer(request, host, stream);
    if let Some(IpcResponse::Token { capture }) = &answer
        && let Err(error) = store(host).note_given(request, &capture.token)
    {
        log::warn!("that a token was given cannot be noted: {error}");
    }
    answer
}

fn answer(request: &TokenRequest, host: &Arc<Host>, stream: &Arc<Stream>) -> Option<IpcResponse> {
    let names_refused = !request.refused.is_empty();
    let refused = match store(host).refuse(&request.refused) {
        Ok(refused) => refused,
        Err(error) => return Some(IpcResponse::Failed(Error::from(error).problem())),
    };
    if names_refused {
        (host.deliver)();
    }
    // Without a refused token's name, nobody knows which of those known will do.
    let since = if request.bypass_cache { refused.newer_since } else { 0 };
    if (names_refused || !request.bypass_cache)
        && let Some(answer) = known(request, since, host)
    {
        return Some(answer);
    }
    if request.timeout_ms == 0 {
        return Some(failed(Code::NoToken, "the store has none", "give the browser time to bring one"));
    }
    let (Some(video_id), None) = (&request.video_id, &request.content_binding) else {
        return Some(failed(
            Code::NoToken,
            "the store has none",
            "ask for a token of a video: a browser brings no other",
        ));
    };
    let consent = Config::consent_of(&host.dirs.config);
    // Nobody looks at potbridge's own browser, and nobody's history is kept there.
    if consent == ConfiguredConsent::Refused && !own_browser::is_here() {
        let config = host.dirs.config.display();
        return Some(failed(
            Code::TurnedOff,
            &format!("token requests are turned off by `allow = false` in [on_demand] of {config}"),
            &format!("potbridge config set {ALLOW} true"),
        ));
    }
    if !host.pending.accepts() {
        return Some(failed(
            Code::TurnedOff,
            "token requests are turned off in the extension's popup",
            "turn them on there",
        ));
    }
    if host.pending.is_paused() {
        return Some(failed(Code::CapturePaused, "potbridge is paused in that browser", "resume it there"));
    }
    ask(request, video_id, consent == ConfiguredConsent::Given, host, stream)
}

fn store(host: &Host) -> MutexGuard<'_, TokenStore> {
    host.store.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The answer that the store has, of a token that was captured at `since` or later: milliseconds since 1970.
fn known(request: &TokenRequest, since: u64, host: &Host) -> Option<IpcResponse> {
    match from_store(&store(host), request, request.video_id.as_ref(), (host.private_windows)(), since) {
        Ok(capture) => capture.map(|capture| IpcResponse::Token { capture: Box::new(capture) }),
        Err(error) => Some(IpcResponse::Failed(Error::from(error).problem())),
    }
}

/// Asks the extension, and waits for the answer, or until the program that asked has gone.
fn ask(
    request: &TokenRequest,
    video_id: &VideoId,
    allowed: bool,
    host: &Arc<Host>,
    stream: &Arc<Stream>,
) -> Option<IpcResponse> {
    let limit = Duration::from_millis(request.timeout_ms).min(MAX_TIMEOUT);
    let now = Instant::now();
    let Added { message, id, answers } =
        match host.pending.add(request.clone(), video_id.clone(), &host.profile, allowed, now) {
            Ok(added) => added,
            Err(too_soon) => return Some(meanwhile(request, video_id, host, too_soon)),
        };
    let is_unattended = own_browser::is_here();
    // Held while this waits.
    let _in_use = is_unattended.then(|| {
        own_browser::in_use(&host.dirs)
            .inspect_err(|error| log::warn!("that this browser is needed cannot be said: {error}"))
    });
    (host.tell)(message);
    withdraw_at_hang_up(&id, host, stream);
    match answers.recv_timeout((now + limit).saturating_duration_since(Instant::now())) {
        Ok(answer) => Some(answer),
        // It was withdrawn.
        Err(RecvTimeoutError::Disconnected) => None,
        Err(RecvTimeoutError::Timeout) => {
            withdraw(&id, host);
            let hint = if is_unattended {
                "see what YouTube shows there with `potbridge browser login`"
            } else {
                "play the video in that browser for a few seconds"
            };
            // It may have come just now.
            Some(answers.try_recv().unwrap_or_else(|_| {
                failed(
                    Code::NoToken,
                    // A little of the time that the person gave has passed by now.
                    &format!("the browser's player sent none within {:.0} s", limit.as_secs_f64().ceil()),
                    hint,
                )
            }))
        }
    }
}

/// What is given while the video may not be opened for a new token again: the newest that is known, if it is new to the asker.
fn meanwhile(request: &TokenRequest, video_id: &VideoId, host: &Host, too_soon: TooSoon) -> IpcResponse {
    let TooSoon { last, next } = too_soon;
    let next = next.as_secs() + 1;
    let last = match last.as_secs() {
        0 => "a moment ago".to_owned(),
        seconds => format!("{seconds} s ago"),
    };
    let newest = known(request, 0, host);
    let given = match &newest {
        Some(IpcResponse::Token { .. }) => "the newest that is known is given",
        _ => "none is known that it was not given already",
    };
    log::warn!(
        "{} wants a new token for {video_id}: one was asked for {last}, and the next one can be in {next} s; \
         until then {given}",
        request.client
    );
    newest.unwrap_or_else(|| {
        failed(
            Code::NoToken,
            &format!("the browser was asked for a new one {last}, and may not be asked so often"),
            &format!("ask again in {next} s"),
        )
    })
}

/// Tells the extension that nobody waits for a request any more, if it was still to be answered.
fn withdraw(id: &ShortText, host: &Host) {
    if host.pending.withdraw(id) {
        (host.tell)(FromHost::TokenRequestWithdrawn { id: id.clone() });
    }
}

/// Withdraws a request when the program that asked ends, or closes its end of the socket.
///
/// A thread reads what comes after the request, which is nothing. It ends with the socket, which is shut down when the
/// request is answered.
#[cfg(unix)]
fn withdraw_at_hang_up(id: &ShortText, host: &Arc<Host>, stream: &Arc<Stream>) {
    use std::io::{ErrorKind, Read as _};
    let (id, host, stream) = (id.clone(), Arc::clone(host), Arc::clone(stream));
    let watch = move || {
        let mut stream = &*stream;
        loop {
            match stream.read(&mut [0; 64]) {
                Ok(length) if length > 0 => {}
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                _ => return withdraw(&id, &host),
            }
        }
    };
    if let Err(error) = std::thread::Builder::new().name("hang-up".to_owned()).spawn(watch) {
        // It is withdrawn when its time is over.
        log::warn!("no thread can watch who asked for a token: {error}");
    }
}

/// A named pipe that is read cannot be written at the same time, and nothing else says that the other end was closed. So a
/// request whose program has gone is withdrawn when its time is over.
#[cfg(not(unix))]
fn withdraw_at_hang_up(_: &ShortText, _: &Arc<Host>, _: &Arc<Stream>) {}

fn failed(code: Code, message: &str, hint: &str) -> IpcResponse {
    IpcResponse::Failed(Problem::new(code, message).with_hint(hint))
}
