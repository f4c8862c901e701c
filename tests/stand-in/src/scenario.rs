use std::collections::HashSet;
use std::fs;
use std::path::Path;

use axum::http::Uri;
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use serde::{Deserialize, Serialize};

use crate::conduct::{Conduct, Hindrance};
use crate::scenario_error::ScenarioError;
use crate::site::Site;
use crate::step::Events;
use crate::step_fault::{Place, fault as fault_of_events};

macro_rules! named {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("../scenarios/", $name, ".toml")))),+]
    };
}

const NAMED: &[(&str, &str)] = named![
    "rehearsal",
    "watch",
    "music",
    "varied-bodies",
    "placeholder-first",
    "no-token",
    "ads",
    "captions",
    "download",
    "download-music",
    "embed-placeholders",
    "get-watch",
    "hidden-tabs",
    "logged-in",
    "long-play",
    "music-pot",
    "onesie",
    "preload",
    "refused",
    "sabr",
    "service-worker",
    "shorts",
    "unreadable-bodies",
    "varied-carriers",
];

/// The videos of a scenario that names none.
const VIDEOS: &str = include_str!("../videos.toml");

/// What the site shows and what its player does. A TOML file; see `scenarios/` for examples.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What it is for, in a sentence
    pub about: String,
    /// The page to begin with; when absent, the watch page of the first video on `www.youtube.com`
    #[serde(default)]
    start_url: Option<String>,
    /// A video ends this many milliseconds after it began, and the page moves to the next one by itself. When absent, a
    /// video lasts its own length and the page then stays.
    #[serde(default)]
    pub autoplay_after_ms: Option<u64>,
    /// Whether the pages say that somebody is logged in
    #[serde(default)]
    pub logged_in: bool,
    /// The experiment `html5_generate_content_po_token`: tokens are bound to one video. Without it one token, bound to the
    /// visitor, serves a whole session.
    #[serde(default = "yes")]
    pub generate_content_po_token: bool,
    /// Whether a video of a watch page begins to play only once the page is seen, as browsers have it that hold back what
    /// is in a hidden tab
    #[serde(default)]
    pub plays_only_when_seen: bool,
    /// In the order in which they follow each other; after the last one comes the first again
    #[serde(default, rename = "video")]
    pub videos: Vec<Video>,
    /// What the player of the watch pages sends
    #[serde(default)]
    pub on: Events,
    /// What the player of an embed sends
    #[serde(default)]
    pub embed: Events,
    /// What plays before each video of a watch page, in the same tab
    #[serde(default)]
    pub ad: Option<Ad>,
    /// How a downloader is treated at first
    #[serde(default)]
    pub download: Conduct,
}

/// An ad: a video of its own, which no address names.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ad {
    /// The video that it is
    pub video: Video,
    /// It ends this many milliseconds after it began; when absent, it lasts its own length
    #[serde(default)]
    pub lasts_ms: Option<u64>,
    /// What the player sends of it; it has no `load` and no `move`
    #[serde(default)]
    pub on: Events,
}

/// One video.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Video {
    /// Eleven base64url characters that spell eight bytes
    pub id: String,
    /// Its title
    pub title: String,
    /// Its length
    pub seconds: u32,
    /// Why nobody can play or download it, from the start; [`StandIn::set`](crate::StandIn::set) takes it away
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hindrance: Option<Hindrance>,
}

impl Scenario {
    /// The names of the scenarios that come with the stand-in.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMED.iter().map(|(name, _)| *name)
    }

    /// One of the scenarios that come with the stand-in.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn named(name: &str) -> Result<Self, ScenarioError> {
        let (origin, text) = NAMED.iter().find(|(known, _)| *known == name).ok_or_else(|| {
            ScenarioError::Unknown { name: name.to_owned(), known: Self::names().collect() }
        })?;
        Self::parse(origin, text)
    }

    /// A scenario from a file.
    ///
    /// # Errors
    /// When it cannot be read, understood or played.
    pub fn from_file(path: &Path) -> Result<Self, ScenarioError> {
        let text = fs::read_to_string(path)
            .map_err(|source| ScenarioError::Unreadable { path: path.to_owned(), source })?;
        Self::parse(&path.display().to_string(), &text)
    }

    /// What an argument means: the path of a file if it ends in `.toml`, else a name.
    ///
    /// # Errors
    /// As [`Scenario::named`] and [`Scenario::from_file`].
    pub fn of_argument(argument: &str) -> Result<Self, ScenarioError> {
        let path = Path::new(argument);
        if path.extension().is_some_and(|extension| extension == "toml") {
            Self::from_file(path)
        } else {
            Self::named(argument)
        }
    }

    /// A scenario from TOML text; `origin` names it in errors.
    ///
    /// # Errors
    /// When it cannot be understood or played.
    pub fn parse(origin: &str, text: &str) -> Result<Self, ScenarioError> {
        let malformed =
            |source| ScenarioError::Malformed { origin: origin.to_owned(), source: Box::new(source) };
        let mut scenario: Self = toml::from_str(text).map_err(malformed)?;
        if scenario.videos.is_empty() {
            let default: Videos = toml::from_str(VIDEOS).map_err(malformed)?;
            scenario.videos = default.video;
        }
        match scenario.fault() {
            None => Ok(scenario),
            Some(what) => Err(ScenarioError::Wrong { origin: origin.to_owned(), what }),
        }
    }

    /// The page that the scenario begins with.
    pub fn start_url(&self) -> String {
        match (&self.start_url, self.videos.first()) {
            (Some(url), _) => url.clone(),
            (None, Some(video)) => format!("https://www.youtube.com/watch?v={}", video.id),
            (None, None) => "https://www.youtube.com/".to_owned(),
        }
    }

    /// The video of this id, if the scenario has it.
    pub(crate) fn video(&self, id: &str) -> Option<&Video> {
        self.videos.iter().chain(self.ad.iter().map(|ad| &ad.video)).find(|video| video.id == id)
    }

    fn fault(&self) -> Option<String> {
        let mut ids = HashSet::new();
        for video in self.videos.iter().chain(self.ad.iter().map(|ad| &ad.video)) {
            if !is_video_id(&video.id) {
                return Some(format!(
                    "{:?} is not a video id: 11 base64url characters that spell 8 bytes",
                    video.id
                ));
            }
            if !ids.insert(&video.id) {
                return Some(format!("the video {} stands there twice", video.id));
            }
            if video.seconds == 0 {
                return Some(format!("the video {} has no length", video.id));
            }
        }
        if self.autoplay_after_ms.is_some_and(|ms| ms < 100) {
            return Some("autoplay_after_ms is below 100: browsers refuse to move so often".to_owned());
        }
        let of_events = fault_of_events(Place::Video, &self.on)
            .or_else(|| self.download.fault())
            .or_else(|| fault_of_events(Place::Video, &self.embed))
            .or_else(|| self.ad.as_ref().and_then(|ad| fault_of_events(Place::Ad, &ad.on)));
        if of_events.is_some() {
            return of_events;
        }
        let start = self.start_url();
        let known = start.parse::<Uri>().is_ok_and(|uri| {
            uri.scheme_str() == Some("https") && uri.host().and_then(Site::of_host).is_some()
        });
        (!known).then(|| format!("start_url {start:?} is not an https page of a site that the stand-in has"))
    }
}

/// Whether these are eleven base64url characters that spell eight bytes.
fn is_video_id(id: &str) -> bool {
    id.len() == 11 && BASE64_URL_SAFE_NO_PAD.decode(id).is_ok_and(|bytes| bytes.len() == 8)
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
struct Videos {
    video: Vec<Video>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::step::{About, Carrier, Every, Token};

    fn failure(text: &str) -> String {
        Scenario::parse("trial.toml", text).unwrap_err().to_string()
    }

    #[test]
    fn every_scenario_that_comes_with_it_can_be_played() {
        for name in Scenario::names() {
            let scenario = Scenario::named(name).unwrap();
            assert!(scenario.videos.len() > 2, "{name}");
        }
    }

    #[test]
    fn every_scenario_file_has_its_name_in_the_list() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap();
            assert!(Scenario::names().any(|known| known == name), "{name} is not embedded");
            Scenario::from_file(&path).unwrap();
        }
    }

    #[test]
    fn a_step_needs_only_its_request_and_the_first_video_is_the_start() {
        let text = "about = 'x'\n[[video]]\nid = 'dQw4w9WgXcQ'\ntitle = 't'\nseconds = 9\n[[on.move]]\nrequest = 'player'";
        let scenario = Scenario::parse("trial", text).unwrap();
        assert_eq!(scenario.start_url(), "https://www.youtube.com/watch?v=dQw4w9WgXcQ");
        let step = &scenario.on.moved[0];
        assert_eq!(
            (step.about, step.carrier, step.body, step.token, step.every),
            (About::This, Carrier::Fetch, None, Token::Real, Every::Time)
        );
    }

    #[test]
    fn an_unknown_word_is_refused_with_its_place_and_the_words_there_are() {
        let text = failure("about = 'x'\n[[on.move]]\nrequest = 'player'\ncarrier = 'pigeon'\n");
        for part in ["trial.toml", "line 4", "pigeon", "request-object"] {
            assert!(text.contains(part), "{part} is not in: {text}");
        }
        assert!(failure("about = 'x'\nautoplay = true").contains("unknown field"));
    }

    #[test]
    fn what_makes_no_sense_is_refused_in_words() {
        let video = |id| format!("[[video]]\nid = '{id}'\ntitle = 't'\nseconds = 9\n");
        let twice = format!("about = 'x'\n{0}{0}", video("dQw4w9WgXcQ"));
        assert!(failure(&twice).contains("dQw4w9WgXcQ stands there twice"));
        assert!(failure(&format!("about = 'x'\n{}", video("dQw4w9WgXcR"))).contains("is not a video id"));
        assert!(failure("about = 'x'\nstart_url = 'https://example.net/'").contains("https://example.net/"));
        assert!(failure("about = 'x'\nautoplay_after_ms = 5").contains("below 100"));
        for (steps, what) in [
            ("[[on.move]]\nrequest = 'sabr'\nbody = 'string'", "a string cannot hold protobuf"),
            ("[[on.play]]\nrequest = 'timedtext'\nbody = 'blob'", "it has no body"),
            ("[[on.play]]\nrequest = 'timedtext'\ncarrier = 'beacon'", "a beacon always posts"),
            (
                "[[embed.play]]\nrequest = 'player'\ncarrier = 'xhr'\nbody = 'stream'",
                "only fetch takes a stream",
            ),
            ("[[on.move]]\nrequest = 'sabr'\nevery_ms = 500", "only media steps have every_ms"),
            ("[[on.media]]\nrequest = 'sabr'\nevery_ms = 5", "every_ms is below 50"),
            ("[[on.media]]\nrequest = 'sabr'\npot_in = 'path'", "only media-url has pot_in"),
            ("[[on.play]]\nrequest = 'player'\nreport = 'qoe'", "only stats has a report"),
            ("[[on.play]]\nrequest = 'download'", "no player sends it"),
            ("[download]\nmedia_bytes = 9000", "media_bytes is below 1000000"),
            (
                "[ad]\nvideo = { id = 'dQw4w9WgXcQ', title = 't', seconds = 9 }\n[[ad.on.move]]\nrequest = 'player'",
                "an ad has no event \"move\"",
            ),
        ] {
            let text = failure(&format!("about = 'x'\n{steps}"));
            assert!(text.contains(what), "{text}");
        }
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_names_there_are() {
        let text = Scenario::of_argument("reharsal").unwrap_err().to_string();
        assert!(text.contains("\"reharsal\"") && text.contains("rehearsal, watch, music"), "{text}");
        let text = Scenario::of_argument("no/such.toml").unwrap_err().to_string();
        assert!(text.contains("cannot read the scenario no/such.toml"), "{text}");
    }
}
