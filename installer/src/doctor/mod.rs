//! `doctor`: what is wrong on this machine, and what to do about each thing.
//!
//! Each file has the rows of one part. Nothing is changed here but in `fix.rs`.

mod browsers;
mod configured;
mod dry_run;
mod extension;
pub(crate) mod fix;
mod flatpak;
mod host;
mod installation;
mod manifest;
mod modes;
mod places;
mod policies;
pub(crate) mod report;
pub(crate) mod row;
mod shared;
mod yt_dlp;

use crate::artifacts::Artifacts;
use crate::browsers::Machine;
use crate::error::Result;
use crate::install::paths::InstallPaths;
use crate::receipts::{FileState, Receipts};
use configured::Configured;
use host::Host;
use row::{Part, Row, State};
use shared::Shared;

/// What the rows are made from.
pub(crate) struct Facts {
    machine: Machine,
    paths: InstallPaths,
    /// `None` if they cannot be read. A row says why.
    receipts: Option<Receipts>,
    config: Configured,
    host: Host,
    /// What all users have, if this user has no installation.
    shared: Option<Shared>,
}

/// The token store, which the host's own commands would make, or close to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Store {
    /// It can be looked at.
    There,
    /// There is none yet.
    New,
    /// Others may look into it, and a row says so.
    Open,
    /// The host would set it aside, and a row says so.
    Unfit,
}

/// Looks at everything, and changes nothing.
///
/// # Errors
/// If this user has no folders for potbridge at all.
pub(crate) fn look() -> Result<Vec<Row>> {
    let machine = Machine::this()?;
    let own = InstallPaths::of_user()?;
    Receipts::sweep(&own.receipts);
    let receipts = Receipts::read(&own.receipts);
    let shared = Shared::find(&own, receipts.as_ref().ok(), &machine);
    let paths = match &shared {
        Some(shared) => shared.paths(own),
        None => own,
    };
    let mut rows = Vec::new();
    let config = Configured::read(&paths.config);
    let modes = modes::rows(&paths, &config, receipts.as_ref().ok());
    let host = Host::find(&paths);
    let store = match config.store(&paths.state) {
        Some(store) if !store.exists() => Store::New,
        _ if modes.iter().any(|row| row.state == State::Fault) => Store::Open,
        Some(store) => host.keeps(&store).unwrap_or_else(|problem| {
            rows.push(Row::fault(Part::Store, "store", problem));
            Store::Unfit
        }),
        None => Store::There,
    };
    rows.extend(installation::rows(&paths, &receipts, &host, shared.as_ref()));
    let facts = Facts { machine, paths, receipts: receipts.ok(), config, host, shared };
    rows.extend(browsers::rows(&facts));
    let status = facts.host.status(&facts.paths.config, store == Store::There);
    rows.extend(extension::rows(&status, &facts));
    rows.extend(places::rows(&status, store, &facts.config));
    rows.extend(modes);
    rows.extend(yt_dlp::rows(&facts));
    if !can_install(&facts) {
        rows.iter_mut().for_each(needs_archive);
    }
    rows.sort_by_key(|row| row.part);
    Ok(rows)
}

/// Whether this program has all that `install` would put there, and none of it is the damaged thing itself.
fn can_install(facts: &Facts) -> bool {
    let Ok(artifacts) = Artifacts::find() else { return false };
    let receipt = facts.receipts.as_ref().and_then(|receipts| receipts.of(&artifacts.host));
    receipt.is_none_or(|receipt| receipt.state().is_ok_and(|state| state != FileState::Changed))
}

/// Says of a command by which `potbridge-setup` would install itself that another one is meant.
fn needs_archive(row: &mut Row) {
    if let Some(hint) = row.hint.as_mut().filter(|hint| hint.contains("potbridge-setup install")) {
        hint.push_str("\nwith the potbridge-setup of the unpacked archive: this one lacks a whole potbridge");
    }
}
