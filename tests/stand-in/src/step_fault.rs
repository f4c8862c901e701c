use crate::step::{About, Body, Carrier, Events, RequestKind, StatsMethod, Step};

/// The shortest pause between two media requests: less would only measure the machine.
const EVERY_MS: u32 = 50;

/// Where events stand: it decides what their steps may say.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Video,
    Ad,
}

/// What makes no sense in these events, in words.
pub(crate) fn fault(place: Place, events: &Events) -> Option<String> {
    events.all().into_iter().find_map(|(event, steps)| {
        if place == Place::Ad && matches!(event, "load" | "move") && !steps.is_empty() {
            return Some(format!("an ad has no event {event:?}: it plays on the page of another video"));
        }
        steps.iter().find_map(|step| {
            step_fault(place, event, step)
                .map(|what| format!("a {:?} step of {event:?}: {what}", step.request.word()))
        })
    })
}

fn step_fault(place: Place, event: &str, step: &Step) -> Option<String> {
    let Step { request, carrier, body, .. } = step;
    let stats = *request == RequestKind::Stats;
    let takes_body = match request {
        RequestKind::MediaUrl | RequestKind::Timedtext => false,
        RequestKind::Stats => step.method == Some(StatsMethod::Post) || *carrier == Carrier::Beacon,
        _ => true,
    };
    let protobuf = matches!(request, RequestKind::Sabr | RequestKind::Onesie);
    let fault = match body {
        _ if request.is_downloaders() => "no player sends it",
        Some(_) if !takes_body => "it has no body",
        Some(Body::String) if protobuf => "a string cannot hold protobuf",
        Some(Body::Stream) if matches!(carrier, Carrier::Xhr | Carrier::Beacon) => {
            "only fetch takes a stream for a body"
        }
        _ if *carrier == Carrier::Beacon && !takes_body => "a beacon always posts",
        _ if step.every_ms.is_some() && event != "media" => "only media steps have every_ms",
        _ if step.every_ms.is_some_and(|ms| ms < EVERY_MS) => "every_ms is below 50",
        _ if step.pot_in.is_some() && *request != RequestKind::MediaUrl => "only media-url has pot_in",
        _ if step.report.is_some() && !stats => "only stats has a report",
        _ if step.method.is_some() && !stats => "only stats has a method",
        _ if step.about == About::Next && place == Place::Ad => {
            "what follows an ad is no playlist's next video"
        }
        _ => return None,
    };
    Some(fault.to_owned())
}
