//! Makes the folder that a browser loads as the extension.

use crate::archive::{self, zip};
use crate::error::{Error, Result};
use crate::files::files;
use crate::parts::{LOCALES, Parts};
use crate::{fragment, manifest};
use fs_err::{self as fs, File};
use potbridge_browser::Family;
use serde_json::Value;
use std::io;
use std::path::Path;
use wasm_bindgen_cli_support::Bindgen;

/// The folder of wasm-bindgen's output in the bundle.
const WASM_FOLDER: &str = "wasm";
/// The stem of the output's files: `observe.js` and `observe_bg.wasm`.
const WASM_NAME: &str = "observe";

/// Makes the bundle for one family in `folder`. If the parts have not changed, nothing is written.
///
/// `folder` holds the old bundle or the new one, always whole.
///
/// # Errors
/// If a part cannot be read or is invalid, or the folder cannot be written.
pub fn assemble(parts: &Parts, family: Family, folder: &Path) -> Result<()> {
    let parent = folder.parent().ok_or_else(|| Error::content(folder, "a bundle needs a parent folder"))?;
    fs::create_dir_all(parent)?;
    let lock = File::create(folder.with_extension("lock"))?;
    lock.lock()?;

    let stamp_path = folder.with_extension("stamp");
    let stamp = parts.stamp()?;
    if folder.join(manifest::FILE).exists()
        && fs::read_to_string(&stamp_path).is_ok_and(|written| written == stamp)
    {
        return Ok(());
    }
    let new = tempfile::tempdir_in(parent)?;
    let bundle = new.path().join("bundle");
    fill(parts, family, &bundle)?;
    match fs::remove_file(&stamp_path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    if folder.exists() {
        fs::rename(folder, new.path().join("old"))?;
    }
    fs::rename(&bundle, folder)?;
    Ok(fs::write(&stamp_path, stamp)?)
}

/// Packs a bundle into one file beside its folder, as Firefox's profiles hold extensions: `firefox.xpi`.
///
/// If the bundle has not changed, nothing is written.
///
/// # Errors
/// If the folder cannot be read, or the file cannot be written.
pub(crate) fn pack(folder: &Path) -> Result<()> {
    let packed = folder.with_extension("xpi");
    let lock = File::create(folder.with_extension("lock"))?;
    lock.lock()?;
    let stamp = fs::read(folder.with_extension("stamp"))?;
    let stamp_of_packed = folder.with_extension("xpi.stamp");
    if packed.exists() && fs::read(&stamp_of_packed).is_ok_and(|written| written == stamp) {
        return Ok(());
    }
    let parent = folder.parent().unwrap_or(Path::new("."));
    #[cfg_attr(not(unix), expect(unused_mut, reason = "no modes"))]
    let mut new = tempfile::Builder::new();
    // As other parts, it is no secret.
    #[cfg(unix)]
    new.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    let new = new.tempfile_in(parent)?;
    fs::write(new.path(), zip::pack(&folder.to_string_lossy(), &archive::of_folder(folder)?)?)?;
    new.persist(packed).map_err(|error| error.error)?;
    Ok(fs::write(stamp_of_packed, stamp)?)
}

fn fill(parts: &Parts, family: Family, bundle: &Path) -> Result<()> {
    let features = parts.features()?;
    for (name, from) in parts.copied_files(&features)? {
        let to = bundle.join(&name);
        if let Some(parent) = to.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::copy(&from, &to)?;
    }
    let mut whole = manifest::read(&parts.web)?;
    for feature in &features {
        fragment::add(&mut whole, manifest::read(feature)?, &feature.join(manifest::FILE))?;
        add_messages(feature, bundle)?;
    }
    write_json(&bundle.join(manifest::FILE), &manifest::for_family(whole, family, &parts.version))?;
    bind_wasm(&parts.wasm, &bundle.join(WASM_FOLDER))
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

/// Writes the wasm module and the JavaScript that loads it.
fn bind_wasm(wasm: &Path, folder: &Path) -> Result<()> {
    Bindgen::new()
        .input_path(wasm)
        .out_name(WASM_NAME)
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
    serde_json::from_slice(&fs::read(path)?).map_err(|error| Error::content(path, error.to_string()))
}

fn write_json(path: &Path, value: &Value) -> Result<()> {
    Ok(fs::write(path, format!("{value:#}\n"))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edition::Edition;
    use std::path::PathBuf;

    /// The smallest module that wasm-bindgen takes.
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

    /// Parts with a feature called `download`, which the capture edition leaves out.
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
    fn another_edition_replaces_the_bundle() {
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
    fn an_editions_file_that_replaces_nothing_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let parts = Parts { edition: Edition::Capture, ..parts_with_a_feature(folder.path()) };
        fs::write(parts.editions.join("capture/lost.js"), "").unwrap();
        let error = assemble(&parts, Family::Firefox, &folder.path().join("out/firefox")).unwrap_err();
        assert!(error.to_string().contains("capture/lost.js"), "{error}");
    }

    #[test]
    fn a_bundle_has_web_files_wasm_and_the_familys_manifest() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("out/chromium");
        assemble(&parts(folder.path()), Family::Chromium, &out).unwrap();
        assert_eq!(
            names(&out),
            ["manifest.json", "popup/popup.html", "wasm/observe.js", "wasm/observe_bg.wasm"]
        );
        let glue = fs::read_to_string(out.join("wasm/observe.js")).unwrap();
        assert!(glue.contains("new URL('observe_bg.wasm', import.meta.url)"), "{glue}");
        assert_eq!(
            manifest::read(&out).unwrap(),
            serde_json::json!({ "name": "x", "key": "k", "version": "1.2.3" })
        );
    }

    #[test]
    fn a_bundle_is_made_again_only_if_a_part_changed() {
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
    fn a_bundle_is_packed_into_one_file_and_anew_only_if_it_changed() {
        let folder = tempfile::tempdir().unwrap();
        let parts = parts(folder.path());
        let out = folder.path().join("out/firefox");
        let packed = folder.path().join("out/firefox.xpi");
        let file = |name: &str| {
            let mut archive = ::zip::ZipArchive::new(File::open(&packed).unwrap()).unwrap();
            io::read_to_string(archive.by_name(name).unwrap()).unwrap()
        };
        assemble(&parts, Family::Firefox, &out).unwrap();
        pack(&out).unwrap();
        assert_eq!(file("popup/popup.html"), "one");
        fs::write(&packed, "mark").unwrap();
        assemble(&parts, Family::Firefox, &out).unwrap();
        pack(&out).unwrap();
        assert_eq!(fs::read_to_string(&packed).unwrap(), "mark", "nothing changed");
        fs::write(parts.web.join("popup/popup.html"), "two").unwrap();
        assemble(&parts, Family::Firefox, &out).unwrap();
        pack(&out).unwrap();
        assert_eq!(file("popup/popup.html"), "two");
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
        assert!(mark.exists(), "a changed unit test makes no new bundle");
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
