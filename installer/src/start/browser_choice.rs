//! Chooses the browser that `start` opens.

use crate::browsers::{self, Entry, Found, Machine};
use crate::debian;
use crate::error::{Error, Result};
use crate::progress::note;

/// The browser with this id, or the first of the table that is found.
///
/// A browser in a sandbox sees neither the profile nor the host of a moment, so it is passed over. If there is no other,
/// Debian's package is offered. With `yes` it is installed without asking.
pub(crate) fn choose(id: Option<&str>, yes: bool) -> Result<Found> {
    let wanted = match id {
        Some(id) => vec![browsers::by_id(id).and_then(can_be_driven)?],
        None => {
            let (preferred, others): (Vec<_>, _) =
                browsers::all().iter().filter(|entry| entry.driven).partition(|entry| entry.preferred);
            preferred.into_iter().chain(others).collect()
        }
    };
    let machine = Machine::this()?;
    let found: Vec<_> = wanted.iter().flat_map(|entry| machine.find(entry)).collect();
    if let Some(native) = found.iter().find(|found| found.packaging.is_native()) {
        return Ok(native.clone());
    }
    let names = match (wanted.as_slice(), found.first()) {
        (_, Some(found)) => format!(
            "{} is here in a sandbox alone ({}), in which it cannot be opened so; another one",
            found.entry.name,
            found.program.display()
        ),
        ([entry], None) => entry.name.clone(),
        (_, None) => "a browser that potbridge can open".to_owned(),
    };
    let packaged = wanted.iter().find_map(|entry| Some((entry, entry.debian_package.as_deref()?)));
    let Some((entry, package)) = packaged else {
        return Err(Error::NoBrowser {
            hint: match id {
                Some(_) => "install it from its maker, or name another browser with --browser".to_owned(),
                None => "install one from its maker".to_owned(),
            },
            wanted: names,
        });
    };
    note(&format!("{names} is not installed; Debian has {} as the package {package}", entry.name));
    let installed = debian::offer(package, yes)?;
    let native = machine.find(entry).into_iter().find(|found| found.packaging.is_native());
    native.filter(|_| installed).ok_or(Error::NoBrowser {
        wanted: names,
        hint: format!("install Debian's package {package} (apt-get install {package}), or use --yes"),
    })
}

fn can_be_driven(entry: &'static Entry) -> Result<&'static Entry> {
    if entry.driven {
        return Ok(entry);
    }
    Err(Error::Usage {
        message: format!("start cannot open {}", entry.name),
        hint: "name another browser; `potbridge-setup install` registers this one too",
    })
}
