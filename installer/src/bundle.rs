//! Makes the folder that a browser loads as the extension.

use crate::browsers::Family;
use crate::edition::Edition;
use crate::error::{Error, Named as _, Result};
use crate::{fragment, manifest};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use walkdir::WalkDir;
use wasm_bindgen_cli_support::Bindgen;

/// The folder of the glue inside the bundle, and the stem of its files: `wasm/observe.js` and
/// `wasm/observe_bg.wasm`.
const GLUE_FOLDER: &str = "wasm";
const GLUE_NAME: &str = "observe";
/// Changes with the way a bundle is made, so that one made in another way is made anew.
const RECIPE: &str = "3";
/// The folder of the texts, of the extension and of a feature: a folder for each language.
const LOCALES: &str = "_locales";

/// What a bundle is made of.
#[derive(Clone, Debug)]
pub struct Parts {
    /// What the browser loads: `extension/web`, with the common manifest. A folder in it that has a manifest of its
    /// own is a feature, whose manifest and messages become part of the extension's.
    pub web: PathBuf,
    /// `extension/editions`: what an edition has in place of files of `web`.
    pub editions: PathBuf,
    /// Which features are in it.
    pub edition: Edition,
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
    let features = features(parts)?;
    for (name, from) in contents(parts, &features)? {
        let to = bundle.join(&name);
        if let Some(parent) = to.parent() {
            fs::create_dir_all(parent).named("make the folder", parent)?;
        }
        fs::copy(&from, &to).named("copy", &from)?;
    }
    let mut whole = manifest::read(&parts.web)?;
    for feature in &features {
        fragment::add(&mut whole, manifest::read(feature)?, &feature.join(manifest::FILE))?;
        add_messages(feature, bundle)?;
    }
    write_json(&bundle.join(manifest::FILE), &manifest::for_family(whole, family, &parts.version))?;
    make_glue(&parts.wasm, &bundle.join(GLUE_FOLDER))
}

/// The folders of the features that are in this edition.
fn features(parts: &Parts) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(&parts.web).named("read", &parts.web)? {
        let folder = entry.named("read", &parts.web)?.path();
        if folder.join(manifest::FILE).is_file()
            && folder.strip_prefix(&parts.web).is_ok_and(|name| !parts.edition.leaves_out(name))
        {
            found.push(folder);
        }
    }
    found.sort();
    Ok(found)
}

/// The files that are copied: their names in the bundle, and where they are.
fn contents(parts: &Parts, features: &[PathBuf]) -> Result<BTreeMap<PathBuf, PathBuf>> {
    let is_fragment = |path: &Path| {
        features
            .iter()
            .filter_map(|feature| path.strip_prefix(feature).ok())
            .any(|name| name == Path::new(manifest::FILE) || name.starts_with(LOCALES))
    };
    let left_out = |name: &Path| name.ancestors().any(|folder| parts.edition.leaves_out(folder));
    let mut contents: BTreeMap<_, _> = packed_files(&parts.web)?
        .into_iter()
        .filter(|(path, name)| !is_fragment(path) && !left_out(name))
        .map(|(path, name)| (name, path))
        .collect();
    if let Some(folder) = parts.edition.replacements(&parts.editions) {
        for (path, name) in packed_files(&folder)? {
            if contents.insert(name, path.clone()).is_none() {
                return Err(Error::content(&path, "the extension has no such file that this could replace"));
            }
        }
    }
    Ok(contents)
}

/// The files under a folder that go into a bundle: all but the unit tests (`*.test.js`).
fn packed_files(folder: &Path) -> Result<Vec<(PathBuf, PathBuf)>> {
    let mut found = files(folder)?;
    found.retain(|(path, _)| !path.as_os_str().as_encoded_bytes().ends_with(b".test.js"));
    Ok(found)
}

/// Adds a feature's messages to those that are in the bundle.
fn add_messages(feature: &Path, bundle: &Path) -> Result<()> {
    let locales = feature.join(LOCALES);
    if !locales.is_dir() {
        return Ok(());
    }
    for (path, name) in files(&locales)? {
        let whole_path = bundle.join(LOCALES).join(name);
        let mut whole = read_json(&whole_path)?;
        fragment::add_messages(&mut whole, read_json(&path)?, &path)?;
        write_json(&whole_path, &whole)?;
    }
    Ok(())
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

fn read_json(path: &Path) -> Result<Value> {
    let bytes = fs::read(path).named("read", path)?;
    serde_json::from_slice(&bytes).map_err(|error| Error::content(path, error.to_string()))
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
    hash.update(parts.edition.name());
    let mut inputs = packed_files(&parts.web)?;
    if let Some(folder) = parts.edition.replacements(&parts.editions) {
        inputs.extend(packed_files(&folder)?);
    }
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
        let editions = folder.join("editions");
        Parts { web, editions, edition: Edition::Full, wasm, version: "1.2.3".to_owned() }
    }

    /// With a feature that is called `download`, as the one that editions differ by.
    fn parts_with_a_feature(folder: &Path) -> Parts {
        let parts = parts(folder);
        let write = |path: PathBuf, text: &str| {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write(parts.web.join("_locales/en/messages.json"), r#"{"copy":{"message":"Copy"}}"#);
        write(parts.web.join("list.js"), "download");
        write(parts.web.join("download/manifest.json"), r#"{"permissions":["menus"]}"#);
        write(parts.web.join("download/_locales/en/messages.json"), r#"{"load":{"message":"Load"}}"#);
        write(parts.web.join("download/load.js"), "load");
        write(parts.editions.join("capture/list.js"), "nothing");
        parts
    }

    fn names(folder: &Path) -> Vec<String> {
        files(folder).unwrap().into_iter().map(|(_, name)| name.display().to_string()).collect()
    }

    #[test]
    fn a_feature_becomes_part_of_the_manifest_and_the_messages() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("out/chromium");
        assemble(&parts_with_a_feature(folder.path()), Family::Chromium, &out).unwrap();
        assert_eq!(manifest::read(&out).unwrap()["permissions"], serde_json::json!(["menus"]));
        let messages = read_json(&out.join("_locales/en/messages.json")).unwrap();
        assert_eq!(messages["copy"]["message"], "Copy");
        assert_eq!(messages["load"]["message"], "Load");
        let names = names(&out);
        assert!(names.contains(&"download/load.js".to_owned()), "{names:?}");
        assert!(!names.iter().any(|name| name == "download/manifest.json"), "{names:?}");
        assert!(!names.iter().any(|name| name.starts_with("download/_locales")), "{names:?}");
        assert_eq!(fs::read_to_string(out.join("list.js")).unwrap(), "download");
    }

    #[test]
    fn another_edition_is_another_bundle_without_the_feature() {
        let folder = tempfile::tempdir().unwrap();
        let mut parts = parts_with_a_feature(folder.path());
        let out = folder.path().join("out/chromium");
        assemble(&parts, Family::Chromium, &out).unwrap();
        parts.edition = Edition::Capture;
        assemble(&parts, Family::Chromium, &out).unwrap();
        assert_eq!(manifest::read(&out).unwrap().get("permissions"), None);
        assert_eq!(
            read_json(&out.join("_locales/en/messages.json")).unwrap(),
            serde_json::json!({ "copy": { "message": "Copy" } })
        );
        assert!(!out.join("download").exists());
        assert_eq!(fs::read_to_string(out.join("list.js")).unwrap(), "nothing");
    }

    #[test]
    fn a_file_of_an_edition_that_replaces_nothing_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let parts = Parts { edition: Edition::Capture, ..parts_with_a_feature(folder.path()) };
        fs::write(parts.editions.join("capture/lost.js"), "").unwrap();
        let error = assemble(&parts, Family::Firefox, &folder.path().join("out/firefox")).unwrap_err();
        assert!(error.to_string().contains("capture/lost.js"), "{error}");
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
    fn unit_tests_are_not_packed() {
        let folder = tempfile::tempdir().unwrap();
        let parts = parts(folder.path());
        fs::write(parts.web.join("popup/popup.test.js"), "test").unwrap();
        let out = folder.path().join("out/firefox");
        assemble(&parts, Family::Firefox, &out).unwrap();
        assert!(!out.join("popup/popup.test.js").exists());
        assert!(out.join("popup/popup.html").exists());
        let mark = out.join("mark");
        fs::write(&mark, "").unwrap();
        fs::write(parts.web.join("popup/popup.test.js"), "changed").unwrap();
        assemble(&parts, Family::Firefox, &out).unwrap();
        assert!(mark.exists(), "a change of a unit test makes no new bundle");
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
