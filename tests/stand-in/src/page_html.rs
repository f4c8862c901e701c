use std::io;

use serde_json::{Value, json};

use crate::assets;
use crate::initial_data;
use crate::scenario::Scenario;
use crate::site::Site;
use crate::ytcfg::{Ytcfg, ytcfg};

/// One page for one visitor.
pub(crate) struct Page<'a> {
    pub(crate) scenario: &'a Scenario,
    pub(crate) site: Site,
    /// Visitor data of this visitor, new for each page
    pub(crate) visitor_data: &'a str,
    /// The account id of somebody logged in
    pub(crate) account: Option<&'a str>,
    /// What the page's player is told; null if the page shows no video
    pub(crate) player_response: Value,
    pub(crate) user_agent: &'a str,
    /// Path and query of the request
    pub(crate) path: &'a str,
    pub(crate) kind: PageKind,
}

/// What a page shows.
pub(crate) enum PageKind {
    /// All videos
    Start,
    /// One video and what comes next
    Watch { video_id: String },
    /// All videos, as a playlist
    Playlist { playlist_id: String },
    /// One video alone, for a frame in another page
    Embed,
}

impl Page<'_> {
    /// The whole page.
    ///
    /// As on YouTube, a watch page holds the answer that its player would otherwise ask for.
    pub(crate) fn html(&self) -> io::Result<String> {
        let embedded = matches!(self.kind, PageKind::Embed);
        let configuration = ytcfg(&Ytcfg {
            scenario: self.scenario,
            site: self.site,
            embedded,
            visitor_data: self.visitor_data,
            account: self.account,
            user_agent: self.user_agent,
            path: self.path,
        })?;
        let initial_data = match &self.kind {
            PageKind::Watch { video_id } => {
                self.scenario.video(video_id).map_or(Value::Null, initial_data::of_watch_page)
            }
            PageKind::Playlist { playlist_id } => {
                initial_data::of_playlist_page(playlist_id, &self.scenario.videos)
            }
            PageKind::Start | PageKind::Embed => Value::Null,
        };
        let stand_in = json!({
            "site": self.site,
            "videos": self.scenario.videos,
            "autoplayAfterMs": self.scenario.autoplay_after_ms,
            "playsOnlyWhenSeen": self.scenario.plays_only_when_seen,
            "ad": self.scenario.ad.as_ref().filter(|_| !embedded),
            "events": if embedded { &self.scenario.embed } else { &self.scenario.on },
        });
        let template = if embedded { assets::EMBED_PAGE } else { assets::APP_PAGE };
        Ok(fill(template, |name| match name {
            "site" => self.site.label().to_owned(),
            "ytcfg" => script_json(&configuration),
            "answer" => script_json(&self.player_response),
            "initial-data" => script_json(&initial_data),
            "stand-in" => script_json(&stand_in),
            _ => String::new(),
        }))
    }
}

/// JSON for a script element, which `<` could end.
fn script_json(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c")
}

/// The template with each `{{name}}` replaced.
///
/// It takes one pass, so that a value cannot bring in another name.
fn fill(template: &str, value: impl Fn(&str) -> String) -> String {
    let mut filled = String::with_capacity(template.len() * 2);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        filled.push_str(before);
        let Some((name, after)) = after.split_once("}}") else {
            filled.push_str("{{");
            rest = after;
            continue;
        };
        filled.push_str(&value(name));
        rest = after;
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(scenario: &Scenario, site: Site, kind: PageKind) -> String {
        Page {
            scenario,
            site,
            visitor_data: "CgtmSzRyTQ%3D%3D",
            player_response: json!({ "videoDetails": { "videoId": "x" } }),
            account: Some("123||"),
            user_agent: "test",
            path: "/watch?v=x",
            kind,
        }
        .html()
        .unwrap()
    }

    #[test]
    fn a_watch_page_holds_its_players_answer() {
        let scenario = Scenario::named("watch").unwrap();
        let video_id = scenario.videos[0].id.clone();
        let watch = html(&scenario, Site::Www, PageKind::Watch { video_id: video_id.clone() });
        assert!(watch.contains("var ytInitialPlayerResponse = {\""), "{watch}");
        assert!(watch.contains(&format!("\"watchEndpoint\":{{\"videoId\":\"{video_id}\"")), "{watch}");
        assert!(!watch.contains("{{"), "{watch}");
        let start = html(&scenario, Site::Www, PageKind::Start);
        assert!(start.contains("var ytInitialData = null;"), "{start}");
    }

    #[test]
    fn a_page_has_the_flag_of_the_scenario() {
        let mut scenario = Scenario::named("watch").unwrap();
        let flag = "html5_generate_content_po_token=true";
        assert!(html(&scenario, Site::Mobile, PageKind::Start).contains(flag));
        scenario.generate_content_po_token = false;
        assert!(!html(&scenario, Site::Mobile, PageKind::Start).contains(flag));
    }

    #[test]
    fn a_page_says_who_is_logged_in() {
        let scenario = Scenario::named("watch").unwrap();
        let page = html(&scenario, Site::Music, PageKind::Start);
        assert!(page.contains("\"LOGGED_IN\":true") && page.contains("\"DATASYNC_ID\":\"123||\""), "{page}");
    }

    #[test]
    fn a_title_cannot_end_its_script() {
        let mut scenario = Scenario::named("watch").unwrap();
        scenario.videos[0].title = "</script><b>{{ytcfg}}".to_owned();
        let page = html(&scenario, Site::Www, PageKind::Start);
        assert!(page.contains("\\u003c/script>\\u003cb>{{ytcfg}}"), "{page}");
    }
}
