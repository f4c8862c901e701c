use axum::http::HeaderMap;
use axum::http::header::COOKIE;

use crate::visitor_data;

/// The visitor of YouTube's that a request comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Visitor {
    /// The account id of somebody logged in
    pub(crate) account: Option<String>,
    /// The visitor's id of eleven characters
    pub(crate) visitor_id: Option<String>,
}

impl Visitor {
    /// The visitor of a request to YouTube's sites.
    ///
    /// The header with visitor data counts more than the cookie, as on YouTube.
    pub(crate) fn of(headers: &HeaderMap, account: Option<&Account>) -> Self {
        let named =
            headers.get(visitor_data::HEADER).and_then(|data| visitor_data::id_in_data(data.to_str().ok()?));
        let in_cookie = || cookies(headers).and_then(visitor_data::id_in_cookies).map(str::to_owned);
        Self {
            account: account.filter(|account| account.is_of(headers)).map(|account| account.id.clone()),
            visitor_id: named.or_else(in_cookie),
        }
    }

    /// Whether a token that was made for this visitor is valid for that one.
    ///
    /// Tokens of an account are valid for the account. All others are valid for the visitor's id.
    pub(crate) fn serves(&self, other: &Self) -> bool {
        match &self.account {
            Some(account) => other.account.as_ref() == Some(account),
            None => self.visitor_id.is_some() && self.visitor_id == other.visitor_id,
        }
    }
}

/// The account that a scenario's pages are logged in to.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    /// In the form of `DATASYNC_ID`
    pub(crate) id: String,
    /// The value of the cookie `LOGIN_INFO`, which proves the login
    pub(crate) login_info: String,
}

/// The cookies of somebody logged in.
///
/// yt-dlp takes a session for logged in if it has the first and one of the others.
const LOGIN_INFO: &str = "LOGIN_INFO";
const SAPISIDS: [&str; 2] = ["SAPISID", "__Secure-3PAPISID"];

/// The `Set-Cookie` value that takes a login away. The other cookies stay (yt-dlp 2026.10.26, `_base.py`).
pub(crate) const LOGGED_OUT: &str =
    "LOGIN_INFO=; Domain=.youtube.com; Path=/; Expires=Thu, 01-Jan-1970 00:00:00 GMT; Secure; HttpOnly";

impl Account {
    /// Whether a request is this account's.
    ///
    /// A browser that asks for a page is logged in from the first page on. Other programs send no `Sec-Fetch-Dest`: they
    /// have to show the cookie.
    pub(crate) fn is_of(&self, headers: &HeaderMap) -> bool {
        headers.contains_key("sec-fetch-dest")
            || cookies(headers)
                .is_some_and(|cookies| visitor_data::cookie(cookies, LOGIN_INFO) == Some(&self.login_info))
    }

    /// The `Set-Cookie` values for a browser that is logged in.
    pub(crate) fn cookies(&self) -> Vec<String> {
        let scope = "Domain=.youtube.com; Path=/; Secure; SameSite=None";
        let sapisids = SAPISIDS.map(|name| format!("{name}={}; {scope}", &self.login_info[..16]));
        [vec![format!("{LOGIN_INFO}={}; {scope}; HttpOnly", self.login_info)], sapisids.to_vec()].concat()
    }
}

/// The whole `Cookie` header of a request.
pub(crate) fn cookies(headers: &HeaderMap) -> Option<&str> {
    headers.get(COOKIE)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visitor(account: Option<&str>, visitor_id: &str) -> Visitor {
        Visitor { account: account.map(str::to_owned), visitor_id: Some(visitor_id.to_owned()) }
    }

    #[test]
    fn a_token_serves_an_account_or_else_a_visitor() {
        assert!(visitor(Some("1||"), "a").serves(&visitor(Some("1||"), "b")));
        assert!(!visitor(Some("1||"), "a").serves(&visitor(None, "a")));
        assert!(!visitor(Some("1||"), "a").serves(&visitor(Some("2||"), "a")));
        assert!(visitor(None, "a").serves(&visitor(None, "a")));
        assert!(!visitor(None, "a").serves(&visitor(None, "b")));
        assert!(!Visitor::default().serves(&Visitor::default()));
    }

    #[test]
    fn only_a_browser_is_logged_in_without_the_cookie() {
        let account = Account { id: "1||".to_owned(), login_info: "abcdefghijklmnopqrst".to_owned() };
        let headers = |name, value: &str| HeaderMap::from_iter([(name, value.parse().unwrap())]);
        let sec_fetch_dest = axum::http::HeaderName::from_static("sec-fetch-dest");
        assert!(account.is_of(&headers(sec_fetch_dest, "document")));
        assert!(account.is_of(&headers(COOKIE, "PREF=x; LOGIN_INFO=abcdefghijklmnopqrst")));
        assert!(!account.is_of(&headers(COOKIE, "LOGIN_INFO=another")));
        assert!(!account.is_of(&HeaderMap::new()));
    }
}
