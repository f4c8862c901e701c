//! An address, and the one that it leads to.

use super::NotAnAddress;
use percent_encoding::percent_decode_str;
use potbridge_protocol::youtube::{NotAPage, Page, is_page_host};
use potbridge_protocol::{ListId, VideoId};

/// The pages of other hosts that lead to the address in one of their fields: host, and how the path begins.
const GUIDES: [(&str, &str); 8] = [
    ("consent.youtube.com", "/"),
    ("consent.google.com", "/"),
    ("accounts.youtube.com", "/"),
    ("accounts.google.com", "/"),
    ("www.google.com", "/url"),
    ("google.com", "/url"),
    ("www.google.com", "/sorry/"),
    ("google.com", "/sorry/"),
];

/// The pages of YouTube's own that do so.
const OWN_GUIDES: [&str; 7] =
    ["attribution_link", "redirect", "oops", "signin", "verify_age", "das_captcha", "oembed"];

/// The fields that hold the address.
const FIELDS: [&str; 6] = ["continue", "u", "q", "url", "next", "next_url"];

/// The first segments of a path whose second one is the list's name.
const LIST_PATHS: [&str; 4] = ["browse", "show", "playlist", "channel"];

/// The first segments of the paths of a channel.
const CHANNEL_PATHS: [&str; 3] = ["channel", "c", "user"];

/// An address, split where it stands.
pub(super) struct Link<'a> {
    /// The scheme with `://`; empty if there is none.
    scheme: &'a str,
    /// The host, with whatever stands around it.
    host: &'a str,
    /// Path, query and fragment.
    rest: &'a str,
}

impl<'a> Link<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let scheme_end = match text.find("://") {
            Some(at) if !text[..at].contains(['/', '?', '#']) => at + 3,
            _ if text.starts_with("//") => 2,
            _ => 0,
        };
        let (scheme, text) = text.split_at(scheme_end);
        let (host, rest) = text.split_at(text.find(['/', '?', '#', '&']).unwrap_or(text.len()));
        let scheme = if scheme == "//" { "" } else { scheme };
        Self { scheme, host: without_own_port(scheme, host), rest }
    }

    /// The address that this one leads to, if it is one that leads to another.
    pub(super) fn wrapped(&self) -> Option<String> {
        let host = self.host.to_ascii_lowercase();
        let (path, query) = self.rest.split_once('?')?;
        let is_own = is_page_host(&host);
        let first = path.trim_start_matches('/').split('/').next()?;
        let leads = (is_own && OWN_GUIDES.contains(&first))
            || GUIDES.iter().any(|(guide, start)| host == *guide && path.starts_with(start));
        let fields = || query.split(['&', '#']).filter_map(|field| field.split_once('='));
        let value = leads.then(|| {
            FIELDS.iter().find_map(|name| fields().find(|(field, _)| field == name)).map(|(_, value)| value)
        })??;
        let inner = percent_decode_str(value).decode_utf8_lossy();
        let is_relative = is_own && inner.starts_with('/') && !inner.starts_with("//");
        Some(if is_relative { format!("https://www.youtube.com{inner}") } else { inner.into_owned() })
    }

    /// The page that it is the address of.
    pub(super) fn page(&self) -> Result<Page, NotAnAddress> {
        let (before, fragment) = self.rest.split_once('#').unwrap_or((self.rest, ""));
        let fragment = fragment.trim_start_matches('!');
        match self.page_at(before) {
            // Old addresses of YouTube have path or query behind the '#'.
            Err(NotAPage::NothingNamed) if fragment.starts_with('/') => self.page_at(fragment),
            Err(NotAPage::NothingNamed) if !fragment.is_empty() => self.page_at(&format!("/?{fragment}")),
            found => found,
        }
        .map_err(|why| {
            if why == NotAPage::NothingNamed && self.is_channel() {
                NotAnAddress::Channel
            } else {
                why.into()
            }
        })
    }

    /// The same with another path and query. The first `?` or `&` begins the query, and each later one a field of it.
    fn page_at(&self, rest: &str) -> Result<Page, NotAPage> {
        let (path, query) = rest.split_at(rest.find(['?', '&']).unwrap_or(rest.len()));
        let mut query = query.get(1..).unwrap_or_default().replace('?', "&");
        let mut segments = path.trim_matches('/').split('/');
        let (first, second) = (segments.next().unwrap_or_default(), segments.next().unwrap_or_default());
        if LIST_PATHS.contains(&first) && (second.starts_with("VL") || second.starts_with(ListId::ALBUM)) {
            query = format!("list={second}");
        }
        let is_short = self.host.eq_ignore_ascii_case("youtu.be");
        let host = if is_short && VideoId::new(first).is_err() { "www.youtube.com" } else { self.host };
        let slash = if path.is_empty() { "" } else { "/" };
        let mut page =
            Page::parse(&format!("{}{host}{slash}{}?{query}", self.scheme, path.trim_matches('/')))?;
        // A list's page is browsed by `VL` and the list's id.
        let without_prefix = |list: ListId| {
            let id = list.as_str().strip_prefix("VL").unwrap_or(list.as_str());
            ListId::new(id).ok().filter(|id| id.as_str() != ListId::ALBUM)
        };
        page.list_id = page.list_id.and_then(without_prefix);
        if page.video_id.is_none() && page.list_id.is_none() {
            return Err(NotAPage::NothingNamed);
        }
        page.music |= page.list_id.as_ref().is_some_and(|list| list.as_str().starts_with(ListId::ALBUM));
        Ok(page)
    }

    fn is_channel(&self) -> bool {
        let mut segments = self.rest.trim_start_matches('/').split(['/', '?', '#']);
        let first = segments.next().unwrap_or_default();
        let is_browsed = first == "browse" && segments.next().is_some_and(|second| second.starts_with("UC"));
        first.starts_with('@') || CHANNEL_PATHS.contains(&first) || is_browsed
    }
}

/// The host without what names the same one: the port of its scheme, and the full stop of the root of all names.
fn without_own_port<'a>(scheme: &str, host: &'a str) -> &'a str {
    let port = if scheme.eq_ignore_ascii_case("http://") { "80" } else { "443" };
    let name = match host.rsplit_once(':') {
        Some((name, own)) if own == port || own.is_empty() => name,
        _ => host,
    };
    name.strip_suffix('.').unwrap_or(name)
}
