//! What the open pages of YouTube say of themselves in their configuration.

use potbridge_protocol::{Capture, Client};
use serde_json::Value;
use std::collections::{HashMap, VecDeque};

/// The most pages whose facts are kept. Beyond it, all are forgotten, and asked for again.
const MAX_PAGES: usize = 500;

/// The most tokens that wait for what their page says.
const MAX_WAITING: usize = 50;

/// What a page says of itself. Each is absent if the page does not say it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageFacts {
    /// Whether somebody is logged in.
    pub logged_in: Option<bool>,
    /// Whether every token is bound to its video: see [`potbridge_protocol::Binding`].
    pub content_bound: Option<bool>,
    /// Whether tokens are bound to the session.
    pub session_bound: Option<bool>,
    /// The client that the page's own player is.
    pub client: Option<Client>,
}

impl PageFacts {
    /// Reads the JSON of a content script. `None` if it is no JSON object. A field of a wrong type is absent.
    #[must_use]
    pub fn parse(json: &str) -> Option<Self> {
        let facts = serde_json::from_slice::<Value>(json.as_bytes()).ok().filter(Value::is_object)?;
        Some(Self {
            logged_in: facts["logged_in"].as_bool(),
            content_bound: facts["content_bound"].as_bool(),
            session_bound: facts["session_bound"].as_bool(),
            client: facts["client"].as_str().and_then(|name| Client::new(name, None).ok()),
        })
    }

    /// Whether a client is known not to be the page's own.
    pub(crate) fn is_foreign(&self, client: Option<&Client>) -> bool {
        self.client.as_ref().zip(client).is_some_and(|(own, other)| own.name() != other.name())
    }

    fn label(&self, capture: &mut Capture) {
        capture.session.logged_in = self.logged_in;
        capture.binding.content_bound = self.content_bound;
        capture.foreign_client = self.is_foreign(capture.client.as_ref());
    }
}

/// What each open page said, and the tokens that were read before their page said anything.
///
/// A page is one frame of one tab, `TAB/FRAME`.
#[derive(Debug, Default)]
pub struct Pages {
    facts: HashMap<String, PageFacts>,
    waiting: VecDeque<(String, Box<Capture>)>,
}

impl Pages {
    /// What the page said. A service worker is no page, and says nothing.
    #[must_use]
    pub fn facts(&self, page: Option<&str>) -> PageFacts {
        page.and_then(|page| self.facts.get(page)).cloned().unwrap_or_default()
    }

    /// Keeps a token, to label it once its page says something.
    pub fn wait(&mut self, page: Option<&str>, capture: &Capture) {
        let Some(page) = page.filter(|page| !self.facts.contains_key(*page)) else { return };
        if self.waiting.len() >= MAX_WAITING {
            self.waiting.pop_front();
        }
        self.waiting.push_back((page.to_owned(), Box::new(capture.clone())));
    }

    /// A page says what it is. Gives the tokens that were read before, labelled with it.
    pub fn says(&mut self, page: &str, facts: PageFacts) -> Vec<Box<Capture>> {
        let (mut labelled, others): (Vec<_>, _) =
            std::mem::take(&mut self.waiting).into_iter().partition(|(of, _)| of == page);
        self.waiting = others.into();
        for (_, capture) in &mut labelled {
            facts.label(capture);
        }
        if self.facts.len() >= MAX_PAGES {
            self.facts.clear();
        }
        self.facts.insert(page.to_owned(), facts);
        labelled.into_iter().map(|(_, capture)| capture).collect()
    }

    /// Another document has begun in the page's frame. The earlier one's tokens stay as they were told.
    pub fn forget_page(&mut self, page: &str) {
        self.facts.remove(page);
        self.waiting.retain(|(of, _)| of != page);
    }

    /// The tab is closed.
    pub fn forget_tab(&mut self, tab: &str) {
        self.facts.retain(|page, _| !is_of_tab(page, tab));
        self.waiting.retain(|(page, _)| !is_of_tab(page, tab));
    }

    /// The last private window was closed.
    pub fn forget_private(&mut self) {
        self.waiting.retain(|(_, capture)| !capture.session.private);
    }
}

/// Whether a page is one of a tab's frames.
pub(crate) fn is_of_tab(page: &str, tab: &str) -> bool {
    page.strip_prefix(tab).is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_data::capture;

    const CPN: &str = "G3iep-t_Rs_pkoUQ";

    fn facts(json: &str) -> PageFacts {
        PageFacts::parse(json).unwrap()
    }

    #[test]
    fn facts_of_a_wrong_type_are_absent() {
        let whole =
            r#"{"logged_in":true,"content_bound":false,"session_bound":true,"client":"WEB_REMIX","x":1}"#;
        assert_eq!(
            facts(whole),
            PageFacts {
                logged_in: Some(true),
                content_bound: Some(false),
                session_bound: Some(true),
                client: Client::new("WEB_REMIX", None).ok(),
            }
        );
        let odd = r#"{"logged_in":"true","content_bound":null,"session_bound":[1],"client":"a b"}"#;
        assert_eq!(facts(odd), PageFacts::default());
        for text in ["", "[]", "5", "{"] {
            assert_eq!(PageFacts::parse(text), None, "{text}");
        }
    }

    #[test]
    fn only_a_client_known_to_be_another_is_foreign() {
        let client = |name| Client::new(name, Some("1")).ok();
        let page = facts(r#"{"client":"WEB"}"#);
        assert!(page.is_foreign(client("TVHTML5").as_ref()));
        assert!(!page.is_foreign(client("WEB").as_ref()) && !page.is_foreign(None));
        assert!(!PageFacts::default().is_foreign(client("TVHTML5").as_ref()));
    }

    #[test]
    fn a_token_waits_only_for_its_own_page_and_only_once() {
        let mut pages = Pages::default();
        let mut token = capture(CPN, 1);
        token.client = Client::new("WEB", None).ok();
        pages.wait(Some("12/0"), &token);
        pages.wait(None, &token);
        let foreign = r#"{"logged_in":true,"content_bound":true,"client":"WEB_REMIX"}"#;
        assert!(pages.says("12/1", facts(foreign)).is_empty());
        let told = pages.says("12/0", facts(foreign)).remove(0);
        assert_eq!((told.session.logged_in, told.binding.content_bound), (Some(true), Some(true)));
        assert!(told.foreign_client);
        assert_eq!(pages.facts(Some("12/0")).logged_in, Some(true));
        assert_eq!(pages.facts(None), PageFacts::default());
        pages.wait(Some("12/0"), &token);
        assert!(pages.says("12/0", facts("{}")).is_empty(), "its page had spoken");
    }

    #[test]
    fn the_facts_of_an_earlier_document_label_no_token_of_the_next_one() {
        let mut pages = Pages::default();
        pages.wait(Some("7/0"), &capture(CPN, 1));
        pages.wait(Some("7/1"), &capture(CPN, 1));
        pages.says("7/2", facts(r#"{"logged_in":true}"#));
        pages.forget_page("7/0");
        pages.forget_page("7/2");
        assert_eq!(pages.facts(Some("7/2")), PageFacts::default());
        pages.wait(Some("7/2"), &capture(CPN, 2));
        let told = pages.says("7/2", facts(r#"{"logged_in":false}"#));
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].session.logged_in, Some(false));
        assert!(pages.says("7/0", facts(r#"{"logged_in":true}"#)).is_empty(), "of the earlier document");
        assert_eq!(pages.says("7/1", facts(r#"{"logged_in":true}"#)).len(), 1);
    }

    #[test]
    fn a_closed_tab_is_forgotten_and_no_other() {
        let mut pages = Pages::default();
        for page in ["7/0", "77/0"] {
            pages.says(page, facts(r#"{"logged_in":true}"#));
            pages.wait(Some(&format!("{page}1")), &capture(CPN, 1));
        }
        pages.forget_tab("7");
        assert_eq!(pages.facts(Some("7/0")), PageFacts::default());
        assert_eq!(pages.facts(Some("77/0")).logged_in, Some(true));
        assert!(pages.says("7/01", PageFacts::default()).is_empty());
        assert_eq!(pages.says("77/01", PageFacts::default()).len(), 1);
    }

    #[test]
    fn what_waits_has_a_limit_and_ends_with_the_private_windows() {
        let mut pages = Pages::default();
        let mut private = capture(CPN, 1);
        private.session.private = true;
        for _ in 0..60 {
            pages.wait(Some("1/0"), &private);
            pages.wait(Some("1/0"), &capture(CPN, 1));
        }
        pages.forget_private();
        assert_eq!(pages.says("1/0", PageFacts::default()).len(), MAX_WAITING / 2);
    }
}
