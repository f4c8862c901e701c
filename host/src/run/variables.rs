//! Variables as a command line gives them: `NAME=TEMPLATE`.

use crate::config::{Template, VariableName};

/// Reads `NAME=TEMPLATE`.
///
/// # Errors
/// Says what is wrong with it.
pub fn variable(text: &str) -> Result<(VariableName, Template), String> {
    let (name, template) =
        text.split_once('=').ok_or_else(|| "write NAME=TEMPLATE, such as PO_TOKEN={token}".to_owned())?;
    let template = Template::new(template).map_err(|error| error.to_string())?;
    Ok((VariableName::try_from(name.to_owned())?, template))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_what_is_wrong_with_a_variable() {
        for (text, why) in [("TOKEN", "NAME=TEMPLATE"), ("A B={token}", "A B"), ("A={tokken}", "{tokken}")] {
            let error = variable(text).unwrap_err();
            assert!(error.contains(why), "{text}: {error}");
        }
    }
}
