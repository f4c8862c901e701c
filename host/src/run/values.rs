//! Variables with their values.

use std::collections::BTreeMap;
use std::fmt;
use zeroize::Zeroizing;

/// What a command gets in its environment.
///
/// Two are equal if their variables are, whatever token they are of. `Debug` does not show the values.
#[derive(Clone)]
pub struct Values {
    variables: BTreeMap<String, Zeroizing<String>>,
    about: String,
    expires_at: Option<u64>,
}

impl Values {
    /// Variables by their names, with what is known of their token.
    ///
    /// `about` may be shown: `for dQw4w9WgXcQ, fresh until 18:40`. `expires_at` is in milliseconds since 1970.
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

    /// What may be shown of the token, as it stands in brackets.
    #[must_use]
    pub fn about(&self) -> &str {
        &self.about
    }

    /// Whether every one is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.variables.values().all(|value| value.is_empty())
    }

    /// What a command that has these should get once there is no token, at a time in milliseconds since 1970.
    ///
    /// If somebody cleared the token: the same variables, all empty. If it merely expired: `None`, since an empty
    /// variable serves the command no better.
    fn cleared(&self, now: u64) -> Option<Self> {
        if self.expires_at.is_some_and(|expires_at| expires_at <= now) {
            return None;
        }
        let variables = self.variables.keys().map(|name| (name.clone(), Zeroizing::default())).collect();
        Some(Self::new(variables, "", None))
    }
}

/// What a command that has `had` should get instead, now that the source has `found`. `now` is in milliseconds since 1970.
///
/// `None` means that it is to be left alone.
#[must_use]
pub fn change(had: Option<&Values>, found: Option<&Values>, now: u64) -> Option<Values> {
    match found {
        Some(found) => (Some(found) != had).then(|| found.clone()),
        None => had?.cleared(now).filter(|wanted| Some(wanted) != had),
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

    const EXPIRES_AT: u64 = 1000;

    fn values(value: &str) -> Values {
        let variables = BTreeMap::from([("TOKEN".to_owned(), Zeroizing::new(value.to_owned()))]);
        Values::new(variables, "for dQw4w9WgXcQ", Some(EXPIRES_AT))
    }

    #[test]
    fn only_other_values_are_a_change() {
        assert_eq!(change(None, Some(&values("a")), 0), Some(values("a")));
        assert_eq!(change(Some(&values("a")), Some(&values("b")), 0), Some(values("b")));
        let seen_again =
            Values::new(values("a").variables().clone(), "for another video", Some(EXPIRES_AT + 1));
        assert_eq!(change(Some(&values("a")), Some(&seen_again), 0), None);
        assert_eq!(change(None, None, 0), None);
    }

    #[test]
    fn a_cleared_token_empties_variables_an_expired_one_does_not() {
        let emptied = change(Some(&values("a")), None, EXPIRES_AT - 1).unwrap();
        assert!(emptied.is_empty() && emptied.variables().contains_key("TOKEN"));
        assert_eq!(change(Some(&emptied), None, u64::MAX), None);
        assert_eq!(change(Some(&values("a")), None, EXPIRES_AT), None);
    }

    #[test]
    fn debug_does_not_show_a_value() {
        assert_eq!(format!("{:?}", values("secret")), "{\"TOKEN\"}");
    }
}
