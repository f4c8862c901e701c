//! Builds the extension.

use crate::bundle;
use crate::cargo;
use crate::edition::Edition;
use crate::error::Result;
use crate::parts::Parts;
use crate::release::{self, What};
use crate::workspace::Workspace;
use potbridge_browser::Family;
use std::path::PathBuf;

/// Builds an edition of the extension. Returns the folder that holds a bundle for each family, `chromium` and
/// `firefox`, and the one for Firefox in one file, `firefox.xpi`.
///
/// # Errors
/// If the build fails.
pub fn build(workspace: &Workspace, edition: Edition) -> Result<PathBuf> {
    let what = What {
        profile: "wasm",
        triple: cargo::WASM_TARGET,
        package: "potbridge-extension",
        is_program: false,
    };
    let built = release::build(workspace, &what)?;
    let parts = Parts {
        web: workspace.root.join("extension/web"),
        editions: workspace.root.join("extension/editions"),
        edition,
        wasm: built.join("potbridge_extension.wasm"),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let bundles = workspace.target.join(format!("extension-{edition}"));
    for family in Family::ALL {
        bundle::assemble(&parts, family, &bundles.join(family.name()))?;
    }
    bundle::pack(&bundles.join(Family::Firefox.name()))?;
    Ok(bundles)
}
