//! Chooses the browser that `start` opens.

use crate::browsers::{self, Found};
use crate::debian;
use crate::error::{Error, Result};
use crate::progress::note;

/// The browser with this id, or the first of the table that is found.
///
/// If there is none, Debian's package is offered. With `yes` it is installed without asking.
pub(crate) fn choose(id: Option<&str>, yes: bool) -> Result<Found> {
    let wanted = match id {
        Some(id) => vec![browsers::by_id(id)?],
        None => browsers::all().iter().collect(),
    };
    if let Some(found) = wanted.iter().find_map(|entry| entry.find()) {
        return Ok(found);
    }
    let names = wanted.iter().map(|entry| entry.name.as_str()).collect::<Vec<_>>().join(" or ");
    let packaged = wanted.iter().find_map(|entry| Some((entry, entry.debian_package.as_deref()?)));
    let Some((entry, package)) = packaged else {
        return Err(Error::NoBrowser {
            hint: format!("install {names} from its maker, or name another browser with --browser"),
            wanted: names,
        });
    };
    note(&format!("{names} is not installed; Debian has {} as the package {package}", entry.name));
    let installed = debian::offer(package, yes)?;
    entry.find().filter(|_| installed).ok_or(Error::NoBrowser {
        wanted: names,
        hint: format!("install Debian's package {package} (apt-get install {package}), or use --yes"),
    })
}
