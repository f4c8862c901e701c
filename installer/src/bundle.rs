//! Makes the folder that a browser loads as the extension.

use crate::browsers::Family;
use crate::error::{Error, Named as _, Result};
use crate::manifest;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use walkdir::WalkDir;
use wasm_bindgen_cli_support::Bindgen;

/// The folder of the glue inside the bundle, and the stem of its files: `wasm/observe.js` and
/// `wasm/observe_bg.wasm`.
const GLUE_FOLDER: &str = "wasm";
const GLUE_NAME: &str = "observe";
/// Changes with the way a bundle is made, so that one made in another way is made anew.
const RECIPE: &str = "2";

/// What a bundle is made of.
#[derive(Clone, Debug)]
pub struct Parts {
    /// What the browser loads as it stands: `extension/web`, with the common manifest.
    pub web: PathBuf,
    /// `potbridge_extension.wasm`, as cargo built it.
    pub wasm: PathBuf,
    /// The version that the manifest is to carry.
    pub version: String,
}

/// Makes the bundle of one family in `folder`, which holds either the old bundle or the new one,
/// whole. Where the parts have not changed, nothing is written.
///
/// # Errors
/// Where a part cannot be read or is not what it should be, or the folder cannot be written.
pub fn assemble(parts: &Parts, family: Family, folder: &Path) -> Result<()> {
    let parent = folder.parent().ok_or_else(|| Error::content(folder, "a bundle needs a folder to be in"))?;
    fs::create_dir_all(parent).named("make the folder", parent)?;
    let lock_path = folder.with_extension("lock");
    let lock = File::create(&lock_path).named("make", &lock_path)?;
    lock.lock().named("lock", &lock_path)?;

    let stamp_path = folder.with_extension("stamp");
    let stamp = stamp(parts)?;
    if folder.join(manifest::FILE).exists()
        && fs::read_to_string(&stamp_path).is_ok_and(|written| written == stamp)
    {
        return Ok(());
    }
    let new = tempfile::tempdir_in(parent).named("make a folder in", parent)?;
    let bundle = new.path().join("bundle");
    fill(parts, family, &bundle)?;
    match fs::remove_file(&stamp_path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).named("remove", &stamp_path)?;
        }
        _ => {}
    }
    if folder.exists() {
        let old = new.path().join("old");
        fs::rename(folder, &old).named("move away", folder)?;
    }
    fs::rename(&bundle, folder).named("make the folder", folder)?;
    fs::write(&stamp_path, stamp).named("write", &stamp_path)
}

fn fill(parts: &Parts, family: Family, bundle: &Path) -> Result<()> {
    for (from, name) in files(&parts.web)? {
        let to = bundle.join(&name);
        if let Some(parent) = to.parent() {
            fs::create_dir_all(parent).named("make the folder", parent)?;
        }
        fs::copy(&from, &to).named("copy", &from)?;
    }
    let path = bundle.join(manifest::FILE);
    let own = manifest::for_family(manifest::read(&parts.web)?, family, &parts.version);
    write_json(&path, &own)?;
    make_glue(&parts.wasm, &bundle.join(GLUE_FOLDER))
}

fn make_glue(wasm: &Path, folder: &Path) -> Result<()> {
    Bindgen::new()
        .input_path(wasm)
        .out_name(GLUE_NAME)
        .typescript(false)
        // So that `init()` finds the module beside its script.
        .omit_default_module_path(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .web(true)
        .and_then(|bindgen| bindgen.generate(folder))
        .map_err(|error| Error::content(wasm, format!("wasm-bindgen cannot use it: {error:#}")))
}

fn write_json(path: &Path, value: &Value) -> Result<()> {
    fs::write(path, format!("{value:#}\n")).named("write", path)
}

/// All files under a folder with their names relative to it, in a fixed order.
pub(crate) fn files(folder: &Path) -> Result<Vec<(PathBuf, PathBuf)>> {
    let mut found = Vec::new();
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.map_err(|error| Error::File {
            doing: "read",
            path: error.path().unwrap_or(folder).to_owned(),
            source: error.into(),
        })?;
        if entry.file_type().is_file()
            && let Ok(name) = entry.path().strip_prefix(folder)
        {
            found.push((entry.path().to_owned(), name.to_owned()));
        }
    }
    Ok(found)
}

/// Changes when anything does that the bundle is made of, this program's version included.
fn stamp(parts: &Parts) -> Result<String> {
    let mut hash = Sha256::new();
    hash.update(RECIPE);
    hash.update(env!("CARGO_PKG_VERSION"));
    hash.update(&parts.version);
    let mut inputs = files(&parts.web)?;
    inputs.push((parts.wasm.clone(), PathBuf::new()));
    for (path, name) in inputs {
        let bytes = fs::read(&path).named("read", &path)?;
        hash.update(name.as_os_str().as_encoded_bytes());
        hash.update(bytes.len().to_le_bytes());
        hash.update(bytes);
    }
    Ok(format!("{:x}", hash.finalize()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A module without any contents is enough for the glue.
    const EMPTY_WASM: &[u8] = b"\0asm\x01\0\0\0";

    fn parts(folder: &Path) -> Parts {
        let web = folder.join("web");
        fs::create_dir_all(web.join("popup")).unwrap();
        fs::write(web.join(manifest::FILE), r#"{"name":"x","key":"k","browser_specific_settings":{}}"#)
            .unwrap();
        fs::write(web.join("popup/popup.html"), "one").unwrap();
        let wasm = folder.join("x.wasm");
        fs::write(&wasm, EMPTY_WASM).unwrap();
        Parts { web, wasm, version: "1.2.3".to_owned() }
    }

    #[test]
    fn a_bundle_has_the_web_files_the_glue_and_the_familys_manifest() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("out/chromium");
        assemble(&parts(folder.path()), Family::Chromium, &out).unwrap();
        let names: Vec<_> =
            files(&out).unwrap().into_iter().map(|(_, name)| name.display().to_string()).collect();
        assert_eq!(names, ["manifest.json", "popup/popup.html", "wasm/observe.js", "wasm/observe_bg.wasm"]);
        let glue = fs::read_to_string(out.join("wasm/observe.js")).unwrap();
        assert!(glue.contains("new URL('observe_bg.wasm', import.meta.url)"), "{glue}");
        assert_eq!(
            manifest::read(&out).unwrap(),
            serde_json::json!({ "name": "x", "key": "k", "version": "1.2.3" })
        );
    }

    #[test]
    fn a_bundle_is_made_anew_only_where_a_part_changed() {
        let folder = tempfile::tempdir().unwrap();
        let parts = parts(folder.path());
        let out = folder.path().join("out/firefox");
        assemble(&parts, Family::Firefox, &out).unwrap();
        let mark = out.join("mark");
        fs::write(&mark, "").unwrap();
        assemble(&parts, Family::Firefox, &out).unwrap();
        assert!(mark.exists(), "nothing changed");
        fs::write(parts.web.join("popup/popup.html"), "two").unwrap();
        assemble(&parts, Family::Firefox, &out).unwrap();
        assert!(!mark.exists());
        assert_eq!(fs::read_to_string(out.join("popup/popup.html")).unwrap(), "two");
    }

    #[test]
    fn a_failure_leaves_the_old_bundle_whole() {
        let folder = tempfile::tempdir().unwrap();
        let parts = parts(folder.path());
        let out = folder.path().join("out/firefox");
        assemble(&parts, Family::Firefox, &out).unwrap();
        fs::write(&parts.wasm, "not wasm").unwrap();
        let error = assemble(&parts, Family::Firefox, &out).unwrap_err();
        assert!(error.to_string().contains("x.wasm"), "{error}");
        assert!(out.join("wasm/observe.js").exists());
        assert_eq!(fs::read_dir(out.parent().unwrap()).unwrap().count(), 3);
    }
}
