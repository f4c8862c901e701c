use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::behaviour::{AdNames, PlayerApi, VisitorDataForm, Wrapper};
use crate::download_rules::DownloadRules;
use crate::obstacle::Obstacle;
use crate::scenario_check::problem;
use crate::scenario_error::ScenarioError;
use crate::step::Events;

macro_rules! named {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("../scenarios/", $name, ".toml")))),+]
    };
}

const NAMED: &[(&str, &str)] = named![
    "demo",
    "watch",
    "music",
    "ads",
    "ads-without-statistics",
    "captions",
    "cold-start-first",
    "download",
    "download-music",
    "embed-cold-start",
    "embeds",
    "get-watch",
    "heartbeat",
    "late-statistics",
    "logged-in",
    "long-play",
    "long-visitor-data",
    "mini-player",
    "minter-errors",
    "music-pot",
    "music-without-statistics",
    "no-statistics",
    "no-token",
    "odd-media",
    "onesie",
    "onesie-cancelled",
    "other-clients",
    "placeholders-first",
    "preload",
    "reloaded-in-place",
    "renewed-in-place",
    "sabr",
    "service-worker",
    "shorts",
    "shorts-without-statistics",
    "studio",
    "tv",
    "two-roles",
    "unplayable",
    "unreadable-bodies",
    "varied-bodies",
    "varied-carriers",
    "wrapped-fetch",
    "zstd-bodies",
];

/// The videos of a scenario that names none.
const VIDEOS: &str = include_str!("../videos.toml");

/// What the site shows and what its player does.
///
/// A scenario is a TOML file. Examples are in `scenarios/`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Its purpose, in a sentence
    pub about: String,
    /// The first page; if absent, the watch page of the first video on `www.youtube.com`
    #[serde(default)]
    pub(crate) start_url: Option<String>,
    /// Milliseconds after which a video ends and the page moves to the next one
    ///
    /// If absent, a video lasts its own length and the page then stays.
    #[serde(default)]
    pub autoplay_after_ms: Option<u64>,
    /// Whether the pages say that somebody is logged in
    #[serde(default)]
    pub logged_in: bool,
    /// The experiment `html5_generate_content_po_token`: each token is bound to one video
    ///
    /// Without it one token, bound to the visitor, serves a whole session.
    #[serde(default = "yes")]
    pub generate_content_po_token: bool,
    /// The experiment `html5_generate_session_po_token`: the player's own requests show a token of the session
    #[serde(default)]
    pub generate_session_po_token: bool,
    /// Whether the player's element answers `getVideoData()`
    #[serde(default)]
    pub player_api: PlayerApi,
    /// Milliseconds for which the old video plays on after the address has changed
    #[serde(default)]
    pub move_takes_ms: u64,
    /// Whether a video plays on in a corner while the page shows the start page; the music site always does this
    #[serde(default)]
    pub mini_player: bool,
    /// Media requests of one playback after which the player makes another token, in the same playback, again and again
    #[serde(default)]
    pub renew_after: Option<u32>,
    /// Media requests after which a playback is reloaded in place, once: `reload` happens, with another `cpn` and token
    #[serde(default)]
    pub reload_after: Option<u32>,
    /// The `rn` of a playback's first media request
    #[serde(default = "one")]
    pub first_rn: u32,
    /// What content blockers put around the page's `fetch`; the first one is the innermost
    #[serde(default)]
    pub wrappers: Vec<Wrapper>,
    /// The form of the visitor data
    #[serde(default)]
    pub visitor_data: VisitorDataForm,
    /// All videos, in order; the first one follows the last one
    #[serde(default, rename = "video")]
    pub videos: Vec<Video>,
    /// What the player of the watch pages sends
    #[serde(default)]
    pub on: Events,
    /// What the player of an embed sends
    #[serde(default)]
    pub embed: Events,
    /// What the player of the television page sends, `www.youtube.com/tv#/watch?v=ID`
    #[serde(default)]
    pub tv: Events,
    /// What the player of a preview sends, which plays on the start page of www while a pointer is over a video
    #[serde(default)]
    pub preview: Events,
    /// What plays before each video of a watch page, in the same tab
    #[serde(default)]
    pub ad: Option<Ad>,
    /// The rules for downloaders at the start
    #[serde(default)]
    pub download: DownloadRules,
}

/// An ad: a video that no address names.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ad {
    /// The ad's video
    pub video: Video,
    /// Milliseconds after which it ends; if absent, it lasts its own length
    #[serde(default)]
    pub lasts_ms: Option<u64>,
    /// The video that the player's element names meanwhile
    #[serde(default)]
    pub player_names: AdNames,
    /// Milliseconds after its beginning at which the player's element is marked as showing an ad
    #[serde(default)]
    pub marked_after_ms: u64,
    /// Milliseconds before its end from which the player's element is as without an ad
    #[serde(default)]
    pub unmarked_before_ms: u64,
    /// What the player sends during the ad; `load` and `move` do not happen then
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
    /// Its length in seconds
    pub seconds: u32,
    /// What prevents playback and download from the start, until [`StandIn::set_rules`](crate::StandIn::set_rules)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub obstacle: Option<Obstacle>,
}

impl Scenario {
    /// The names of the scenarios that come with the stand-in.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMED.iter().map(|(name, _)| *name)
    }

    /// One of the scenarios that come with the stand-in.
    ///
    /// # Errors
    /// If there is none of that name.
    pub fn named(name: &str) -> Result<Self, ScenarioError> {
        let (origin, text) = NAMED.iter().find(|(known, _)| *known == name).ok_or_else(|| {
            ScenarioError::Unknown { name: name.to_owned(), known: Self::names().collect() }
        })?;
        Self::parse(origin, text)
    }

    /// A scenario from a file.
    ///
    /// # Errors
    /// If it cannot be read, parsed or played.
    pub fn from_file(path: &Path) -> Result<Self, ScenarioError> {
        let text = fs::read_to_string(path)
            .map_err(|source| ScenarioError::Unreadable { path: path.to_owned(), source })?;
        Self::parse(&path.display().to_string(), &text)
    }

    /// The scenario of an argument: the path of a file if it ends in `.toml`, otherwise a name.
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

    /// A scenario from TOML text. `origin` names it in errors.
    ///
    /// # Errors
    /// If it cannot be parsed or played.
    pub fn parse(origin: &str, text: &str) -> Result<Self, ScenarioError> {
        let malformed =
            |source| ScenarioError::Malformed { origin: origin.to_owned(), source: Box::new(source) };
        let mut scenario: Self = toml::from_str(text).map_err(malformed)?;
        if scenario.videos.is_empty() {
            let default: Videos = toml::from_str(VIDEOS).map_err(malformed)?;
            scenario.videos = default.video;
        }
        match problem(&scenario) {
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
        self.all_videos().find(|video| video.id == id)
    }

    /// All videos, the ad's too.
    pub(crate) fn all_videos(&self) -> impl Iterator<Item = &Video> {
        self.videos.iter().chain(self.ad.iter().map(|ad| &ad.video))
    }
}

fn yes() -> bool {
    true
}

fn one() -> u32 {
    1
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
    fn every_named_scenario_can_be_played() {
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
            assert!(Scenario::names().any(|known| known == name), "{name} is not in NAMED");
            Scenario::from_file(&path).unwrap();
        }
    }

    #[test]
    fn a_step_needs_only_its_request() {
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
    fn an_unknown_word_is_refused_with_its_line_and_the_known_words() {
        let text = failure("about = 'x'\n[[on.move]]\nrequest = 'player'\ncarrier = 'pigeon'\n");
        for part in ["trial.toml", "line 4", "pigeon", "request-object"] {
            assert!(text.contains(part), "{part} is not in: {text}");
        }
        assert!(failure("about = 'x'\nautoplay = true").contains("unknown field"));
    }

    #[test]
    fn a_scenario_that_makes_no_sense_is_refused_with_the_reason() {
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
            ("[[on.media]]\nrequest = 'sabr'\nevery_ms = 750", "segments of 500 ms"),
            ("[[on.media]]\nrequest = 'sabr'\ncarrier = 'beacon'", "a beacon brings no media"),
            ("[[on.media]]\nrequest = 'sabr'\npot_in = 'path'", "only media-url has pot_in"),
            ("[[on.play]]\nrequest = 'player'\nreport = 'qoe'", "only stats has a report"),
            ("[[on.play]]\nrequest = 'download'", "no player sends it"),
            ("[[on.play]]\nrequest = 'stats'\nclient = 'ANDROID'", "only player has a client"),
            ("[[on.play]]\nrequest = 'stats'\nmedia_id = 'hex'", "only sabr and media-url have"),
            ("[[on.play]]\nrequest = 'onesie'\nredirected = true", "only sabr has a form or is redirected"),
            (
                "[[on.play]]\nrequest = 'onesie'\ncarrier = 'xhr'\ncancelled = true",
                "only fetch can be cancelled",
            ),
            ("[[on.play]]\nrequest = 'sabr'\nabout = 'content'", "no ad plays before it"),
            ("[[on.reload]]\nrequest = 'player'", "nothing is reloaded without reload_after"),
            ("renew_after = 0", "begin at 1"),
            ("visitor_data = { length = 46 }", "another multiple of four"),
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
    fn an_unknown_name_is_refused_with_the_known_names() {
        let text = Scenario::of_argument("dmo").unwrap_err().to_string();
        assert!(text.contains("\"dmo\"") && text.contains("demo, watch, music"), "{text}");
        let text = Scenario::of_argument("no/such.toml").unwrap_err().to_string();
        assert!(text.contains("cannot read the scenario no/such.toml"), "{text}");
    }
}
