use std::io;

use serde_json::{Value, json};

use crate::assets;
use crate::behaviour::Escaped;
use crate::scenario::Scenario;
use crate::site::{Site, TVHTML5};
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
    /// What the page says beside its player; null if nothing
    pub(crate) initial_data: Value,
    pub(crate) user_agent: &'a str,
    /// Path and query of the request
    pub(crate) path: &'a str,
    pub(crate) kind: PageKind,
}

/// What a page shows.
pub(crate) enum PageKind {
    /// All videos
    Start,
    /// One video and what comes next, in a playlist or by itself
    Watch { video_id: String, list: Option<String> },
    /// All videos, as a playlist
    Playlist { playlist_id: String },
    /// One video alone, for a frame in another page
    Embed { video_id: String },
    /// The television page, whose address names its video after the `#`
    Tv,
}

impl Page<'_> {
    /// The whole page.
    ///
    /// As on YouTube, a watch page holds the answer that its player would otherwise ask for.
    pub(crate) fn html(&self) -> io::Result<String> {
        let embedded = matches!(self.kind, PageKind::Embed { .. });
        let tv = matches!(self.kind, PageKind::Tv);
        let configuration = ytcfg(&Ytcfg {
            scenario: self.scenario,
            site: self.site,
            client: if tv { TVHTML5 } else { self.site.client(embedded) },
            embedded,
            visitor_data: self.visitor_data,
            account: self.account,
            user_agent: self.user_agent,
            path: self.path,
        })?;
        let Scenario { on, embed, tv: on_tv, preview, .. } = self.scenario;
        let (template, script, events) = match self.kind {
            PageKind::Embed { .. } => (assets::ONE_PLAYER_PAGE, "embed.js", embed),
            PageKind::Tv => (assets::ONE_PLAYER_PAGE, "tv.js", on_tv),
            _ => (assets::APP_PAGE, "app.js", on),
        };
        let stand_in = json!({
            "site": self.site,
            "videos": self.scenario.videos,
            "autoplayAfterMs": self.scenario.autoplay_after_ms,
            "playerApi": self.scenario.player_api,
            "moveTakesMs": self.scenario.move_takes_ms,
            "miniPlayer": self.scenario.mini_player || self.site == Site::Music,
            "renewAfter": self.scenario.renew_after,
            "reloadAfter": self.scenario.reload_after,
            "firstRequestNumber": self.scenario.first_rn,
            "wrappers": self.scenario.wrappers,
            "visitorDataTakesTurns": self.scenario.visitor_data.escaped == Escaped::Turn,
            "ad": self.scenario.ad.as_ref().filter(|_| !embedded && !tv),
            "events": events,
            "previewEvents": preview,
        });
        Ok(fill(template, |name| match name {
            "site" => self.site.label().to_owned(),
            "ytcfg" => script_json(&configuration),
            "answer" => script_json(&self.player_response),
            "initial-data" => script_json(&self.initial_data),
            "stand-in" => script_json(&stand_in),
            "canonical" => self.canonical().unwrap_or_default(),
            "script" => script.to_owned(),
            _ => String::new(),
        }))
    }
}

impl Page<'_> {
    /// The element that names the page's canonical address. It is as on the full load, whatever the page shows later.
    fn canonical(&self) -> Option<String> {
        let address = match &self.kind {
            _ if matches!(self.site, Site::Music | Site::Studio) => return None,
            PageKind::Watch { video_id, .. } if self.path.starts_with("/shorts/") => {
                format!("shorts/{video_id}")
            }
            PageKind::Watch { video_id, .. } | PageKind::Embed { video_id } => format!("watch?v={video_id}"),
            PageKind::Start => String::new(),
            PageKind::Playlist { .. } | PageKind::Tv => return None,
        };
        let safe = address.chars().all(|each| each.is_ascii_alphanumeric() || "-_/?=".contains(each));
        safe.then(|| format!("<link rel=\"canonical\" href=\"https://www.youtube.com/{address}\">"))
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
            initial_data: Value::Null,
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
        let watch = html(&scenario, Site::Www, PageKind::Watch { video_id, list: None });
        assert!(watch.contains("var ytInitialPlayerResponse = {\""), "{watch}");
        assert!(!watch.contains("{{"), "{watch}");
        let start = html(&scenario, Site::Www, PageKind::Start);
        assert!(start.contains("var ytInitialData = null;"), "{start}");
    }

    #[test]
    fn a_page_names_its_canonical_address() {
        let scenario = Scenario::named("watch").unwrap();
        let watch = || PageKind::Watch { video_id: "Nn3XSY27eIk".to_owned(), list: None };
        let expected = "<link rel=\"canonical\" href=\"https://www.youtube.com/watch?v=Nn3XSY27eIk\">";
        assert!(html(&scenario, Site::Mobile, watch()).contains(expected));
        assert!(!html(&scenario, Site::Music, watch()).contains("canonical"));
        let hostile = PageKind::Watch { video_id: "\"><script>".to_owned(), list: None };
        assert!(!html(&scenario, Site::Www, hostile).contains("canonical"));
    }

    #[test]
    fn a_page_has_the_flag_of_the_scenario() {
        let mut scenario = Scenario::named("watch").unwrap();
        let flag = "html5_generate_content_po_token=true";
        assert!(html(&scenario, Site::Mobile, PageKind::Start).contains(flag));
        scenario.generate_content_po_token = false;
        scenario.generate_session_po_token = true;
        let page = html(&scenario, Site::Mobile, PageKind::Start);
        assert!(!page.contains(flag) && page.contains("html5_generate_session_po_token=true"), "{page}");
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
