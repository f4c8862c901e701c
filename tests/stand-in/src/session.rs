use axum::http::HeaderMap;
use axum::http::header::COOKIE;

use crate::visitor;

/// Whom the server takes a request to come from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Session {
    /// The account id of somebody logged in
    pub(crate) account: Option<String>,
    /// The visitor's id of eleven characters
    pub(crate) visitor_id: Option<String>,
}

impl Session {
    /// Whether a token that was made for this session is good in that one: who is logged in has the account's tokens,
    /// anybody else the visitor's.
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
    /// As `DATASYNC_ID` has it
    pub(crate) id: String,
    /// The value of the cookie `LOGIN_INFO`: who shows it is logged in
    pub(crate) login_info: String,
}

/// The cookies of somebody logged in. yt-dlp takes a session for logged in that has the first and one of the others.
const LOGIN_INFO: &str = "LOGIN_INFO";
const SAPISIDS: [&str; 2] = ["SAPISID", "__Secure-3PAPISID"];

impl Account {
    /// Whether a request is this account's: it shows the cookie, or it is a browser's for a page, where the person is logged
    /// in from the first page on. Other programs send no `Sec-Fetch-Dest`.
    pub(crate) fn is_of(&self, headers: &HeaderMap) -> bool {
        headers.contains_key("sec-fetch-dest")
            || cookies(headers)
                .is_some_and(|cookies| visitor::cookie(cookies, LOGIN_INFO) == Some(&self.login_info))
    }

    /// What `Set-Cookie` says to a browser that is logged in.
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

/// Whom a request to YouTube's sites comes from. What it says of its visitor counts more than the cookie, as it does there.
pub(crate) fn session(headers: &HeaderMap, account: Option<&Account>) -> Session {
    let named = headers.get(visitor::HEADER).and_then(|data| visitor::id_in_data(data.to_str().ok()?));
    let in_cookie = || cookies(headers).and_then(visitor::id_in_cookies).map(str::to_owned);
    Session {
        account: account.filter(|account| account.is_of(headers)).map(|account| account.id.clone()),
        visitor_id: named.or_else(in_cookie),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(account: Option<&str>, visitor_id: &str) -> Session {
        Session { account: account.map(str::to_owned), visitor_id: Some(visitor_id.to_owned()) }
    }

    #[test]
    fn a_token_serves_the_account_of_somebody_logged_in_and_else_the_visitor() {
        assert!(of(Some("1||"), "a").serves(&of(Some("1||"), "b")));
        assert!(!of(Some("1||"), "a").serves(&of(None, "a")));
        assert!(!of(Some("1||"), "a").serves(&of(Some("2||"), "a")));
        assert!(of(None, "a").serves(&of(None, "a")));
        assert!(!of(None, "a").serves(&of(None, "b")));
        assert!(!Session::default().serves(&Session::default()));
    }

    #[test]
    fn a_browser_is_logged_in_and_another_program_only_with_the_cookie() {
        let account = Account { id: "1||".to_owned(), login_info: "abcdefghijklmnopqrst".to_owned() };
        let headers = |name, value: &str| HeaderMap::from_iter([(name, value.parse().unwrap())]);
        let sec_fetch_dest = axum::http::HeaderName::from_static("sec-fetch-dest");
        assert!(account.is_of(&headers(sec_fetch_dest, "document")));
        assert!(account.is_of(&headers(COOKIE, "PREF=x; LOGIN_INFO=abcdefghijklmnopqrst")));
        assert!(!account.is_of(&headers(COOKIE, "LOGIN_INFO=another")));
        assert!(!account.is_of(&HeaderMap::new()));
    }
}
