//! The man pages and the completions of the programs, which `potbridge-pages` writes.

use crate::archive::{self, File};
use crate::cargo;
use crate::error::{Error, Result};
use crate::workspace::Workspace;
use flate2::{Compression, GzBuilder};
use std::ffi::OsString;
use std::io::Write as _;

/// The pages: `completions/potbridge.bash`, `man/potbridge.1` and so on.
///
/// They are made on this machine and are the same for every target.
///
/// # Errors
/// If they cannot be built.
pub(super) fn build(workspace: &Workspace) -> Result<Vec<File>> {
    let folder = tempfile::tempdir()?;
    let mut arguments: Vec<OsString> =
        ["run", "--quiet", "--locked", "--package", "potbridge-pages", "--"].map(OsString::from).into();
    arguments.push(folder.path().into());
    cargo::run_with(&workspace.root, &arguments, &[])?;
    archive::of_folder(folder.path())
}

/// Where Debian's shells and man look for a page; `None` if no package of Debian looks for it.
pub(super) fn for_debian(page: &File) -> Result<Option<File>> {
    let (kind, name) = page.name.split_once('/').unwrap_or(("", &page.name));
    let to = match (kind, name.rsplit_once('.')) {
        ("man", _) => {
            let mut gzip = GzBuilder::new().write(Vec::new(), Compression::best());
            let packed = gzip.write_all(&page.bytes).and_then(|()| gzip.finish());
            let packed = packed.map_err(|error| Error::content(name.as_ref(), error.to_string()))?;
            return Ok(Some(File::new(format!("usr/share/man/man1/{name}.gz"), packed)));
        }
        (_, Some((program, "bash"))) => format!("usr/share/bash-completion/completions/{program}"),
        (_, Some((_, "fish"))) => format!("usr/share/fish/vendor_completions.d/{name}"),
        (_, None) => format!("usr/share/zsh/vendor-completions/{name}"),
        _ => return Ok(None),
    };
    Ok(Some(File::new(to, page.bytes.clone())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pages_of_both_programs_are_made_from_the_source() {
        let pages = build(&Workspace::find().unwrap()).unwrap();
        for name in ["completions/potbridge.bash", "completions/_potbridge-setup.ps1", "man/potbridge-get.1"]
        {
            assert!(pages.iter().any(|page| page.name == name && !page.bytes.is_empty()), "{name}");
        }
        let places: Vec<_> = pages.iter().filter_map(|page| for_debian(page).unwrap()).collect();
        assert_eq!(places.len(), pages.len() - 2, "Debian has no place for PowerShell's");
    }
}
