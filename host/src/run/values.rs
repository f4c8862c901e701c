//! Variables with their values.

use std::collections::BTreeMap;
use std::fmt;
use zeroize::Zeroizing;

/// What a command gets in its environment. Equal where the variables are, whatever token they are of; `Debug` does
/// not show the values.
#[derive(Clone)]
pub struct Values {
    variables: BTreeMap<String, Zeroizing<String>>,
    about: String,
    expires_at: Option<u64>,
}

impl Values {
    /// Variables by their names; what may be shown of the token that they are of (`for dQw4w9WgXcQ, fresh until
    /// 18:40`); and when that token is gone, in milliseconds since 1970, where that is known.
    #[must_use]
    pub fn new(
        variables: BTreeMap<String, Zeroizing<String>>,
        about: impl Into<String>,
        expires_at: Option<u64>,
    ) -> Self {
        Self { variables, about: about.into(), expires_at }
    }

    /// The variables, by their names.
    #[must_use]
    pub fn variables(&self) -> &BTreeMap<String, Zeroizing<String>> {
        &self.variables
    }

    /// What may be shown of the token, as it would stand in brackets.
    #[must_use]
    pub fn about(&self) -> &str {
        &self.about
    }

    /// Whether every one is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.variables.values().all(|value| value.is_empty())
    }

    /// What a command that has these should get instead, at a time in milliseconds since 1970, when there is
    /// nothing to give any more: the same variables, all empty, where somebody cleared them; nothing else where their
    /// token is merely gone, since an empty variable would serve it no better.
    fn taken_back(&self, now: u64) -> Option<Self> {
        if self.expires_at.is_some_and(|expires_at| expires_at <= now) {
            return None;
        }
        let variables = self.variables.keys().map(|name| (name.clone(), Zeroizing::default())).collect();
        Some(Self::new(variables, "", None))
    }
}

/// What a command that has `had` should get instead now that `found` is what there is, at a time in milliseconds
/// since 1970; `None` where it is to be left alone.
#[must_use]
pub fn change(had: Option<&Values>, found: Option<&Values>, now: u64) -> Option<Values> {
    match found {
        Some(found) => (Some(found) != had).then(|| found.clone()),
        None => had?.taken_back(now).filter(|wanted| Some(wanted) != had),
    }
}

impl PartialEq for Values {
    fn eq(&self, other: &Self) -> bool {
        self.variables == other.variables
    }
}

impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.variables.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GONE_AT: u64 = 1000;

    fn values(value: &str) -> Values {
        let variables = BTreeMap::from([("TOKEN".to_owned(), Zeroizing::new(value.to_owned()))]);
        Values::new(variables, "for dQw4w9WgXcQ", Some(GONE_AT))
    }

    #[test]
    fn only_other_values_are_a_change() {
        assert_eq!(change(None, Some(&values("a")), 0), Some(values("a")));
        assert_eq!(change(Some(&values("a")), Some(&values("b")), 0), Some(values("b")));
        let seen_again = Values::new(values("a").variables().clone(), "for another video", Some(GONE_AT + 1));
        assert_eq!(change(Some(&values("a")), Some(&seen_again), 0), None);
        assert_eq!(change(None, None, 0), None);
    }

    #[test]
    fn a_token_that_was_cleared_leaves_its_variables_empty_and_one_that_is_gone_leaves_them_alone() {
        let emptied = change(Some(&values("a")), None, GONE_AT - 1).unwrap();
        assert!(emptied.is_empty() && emptied.variables().contains_key("TOKEN"));
        assert_eq!(change(Some(&emptied), None, u64::MAX), None);
        assert_eq!(change(Some(&values("a")), None, GONE_AT), None);
    }

    #[test]
    fn a_value_does_not_get_into_a_debug_text() {
        assert_eq!(format!("{:?}", values("secret")), "{\"TOKEN\"}");
    }
}
