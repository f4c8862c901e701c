//! Writes down that programs may have videos opened, for whoever starts what asks for tokens.

use super::change::change;
use super::set;
use crate::config::{ALLOW, Config};
use crate::error::Error;
use potbridge_protocol::Problem;
use potbridge_protocol::messages::from_host::ConfiguredConsent;
use potbridge_system::dirs::Dirs;

/// Writes `[on_demand] allow = true` if the configuration says nothing of it. Gives what the person should know, in a line.
pub(in crate::cli) fn allow(dirs: &Dirs) -> Option<String> {
    let file = dirs.config.display();
    match Config::consent_of(&dirs.config) {
        ConfiguredConsent::Given => None,
        ConfiguredConsent::Refused => Some(format!(
            "no browser of yours is asked for tokens: {file} says `allow = false` in [on_demand]; \
             `potbridge config set {ALLOW} true` changes that"
        )),
        ConfiguredConsent::Unset | ConfiguredConsent::Unknown => Some(match write(dirs) {
            Ok(()) => format!(
                "programs may have your browser open videos for their tokens: {file} says so now, and \
                 `potbridge config set {ALLOW} false` takes it back"
            ),
            Err(error) => {
                let Problem { message, .. } = error.problem();
                format!(
                    "that programs may have your browser open videos cannot be written down ({message}), so the browser asks you"
                )
            }
        }),
    }
}

fn write(dirs: &Dirs) -> Result<(), Error> {
    let path = &dirs.config;
    change(dirs, |text| {
        let config = Config::parse(text, path)?;
        // Somebody may have answered meanwhile.
        if config.on_demand_allow.is_some() {
            return Ok(text.to_owned());
        }
        let changed = set(text, ALLOW, "true").map_err(|why| super::unchanged(ALLOW, why.into()))?;
        Config::parse(&changed, path)?;
        Ok(changed)
    })
}
