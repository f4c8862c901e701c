//! The variables of a sink, and their names.

use super::template::Template;
use env_file::is_variable_name;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Variables and the templates of their values.
pub type Variables = BTreeMap<VariableName, Template>;

/// A variable's name: letters, digits and `_`, no digit first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct VariableName(String);

impl VariableName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for VariableName {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        if is_variable_name(&name) {
            Ok(Self(name))
        } else {
            Err(format!("{name:?} is no name for a variable: use letters, digits and _"))
        }
    }
}

/// The variable that yt-dl-backend reads.
pub(super) fn default_variables() -> Variables {
    let token = Template::new("{token}").unwrap_or_else(|_| unreachable!("{{token}} is a placeholder"));
    BTreeMap::from([(VariableName("YT_DLP_PO_TOKEN".to_owned()), token)])
}
