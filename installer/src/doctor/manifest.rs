//! Reads a native manifest as a browser does.

use crate::checks::quoted;
use potbridge_protocol::identifiers::HOST_NAME;
use potbridge_protocol::{Code, Problem};
use potbridge_system::browser::{Family, native_manifest};
use potbridge_system::regular_file;
use serde_json::Value;
use std::io;
use std::path::{Path, PathBuf};

/// What a browser takes from a native manifest.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Manifest {
    /// The program that it starts.
    pub(super) host: PathBuf,
    /// The ids of the extensions that may talk to it.
    pub(super) ids: Vec<String>,
}

/// Reads a manifest. `fix` is the command that writes it anew.
///
/// # Errors
/// Why a browser of this family refuses it.
pub(super) fn read(file: &Path, family: Family, fix: &str) -> Result<Manifest, Problem> {
    let invalid = |why: String| {
        Problem::new(Code::ManifestInvalid, format!("{}: {why}", file.display())).with_hint(fix)
    };
    let bytes = regular_file::read(file).map_err(|error| match error.kind() {
        io::ErrorKind::PermissionDenied => {
            let message = format!("the native manifest {} may not be read", file.display());
            Problem::new(Code::ManifestInvalid, message).with_hint(readable(file))
        }
        _ => invalid(error.to_string()),
    })?;
    let manifest: Value =
        serde_json::from_slice(&bytes).map_err(|error| invalid(format!("this is not JSON: {error}")))?;
    let text = |key: &str| manifest.get(key).and_then(Value::as_str);
    for (key, wanted) in [("name", HOST_NAME), ("type", "stdio")] {
        if text(key) != Some(wanted) {
            return Err(invalid(format!("its {key:?} is not {wanted:?}")));
        }
    }
    if text("description").is_none() {
        return Err(invalid("it has no \"description\"".to_owned()));
    }
    let ids = ids(&manifest, family).map_err(|why| {
        Problem::new(Code::ManifestWrongKeys, format!("{}: {why}", file.display())).with_hint(fix)
    })?;
    let host = text("path").map(PathBuf::from).ok_or_else(|| invalid("it has no \"path\"".to_owned()))?;
    if !host.is_absolute() {
        return Err(invalid(format!("its path {} is not absolute", host.display())));
    }
    Ok(Manifest { host, ids })
}

/// The folder above a file that keeps this user from telling whether it is there.
pub(super) fn closed_folder(file: &Path) -> Option<&Path> {
    let error = file.symlink_metadata().err()?;
    let is_closed = error.kind() == io::ErrorKind::PermissionDenied;
    is_closed.then(|| file.ancestors().skip(1).find(|folder| folder.symlink_metadata().is_ok())).flatten()
}

/// What is to be said of a file in a folder that may not be entered.
pub(super) fn not_entered(folder: &Path) -> Problem {
    let message =
        format!("whether it is registered cannot be told: this user may not look into {}", folder.display());
    let is_own = crate::checks::folder::is_own(folder);
    let command = if is_own { "chmod u+rwx" } else { "sudo chmod a+rx" };
    Problem::new(Code::PermissionDenied, message).with_hint(format!("{command} {}", quoted(folder)))
}

/// The command after which this user may read a file: a mode's if the file is theirs.
#[cfg(unix)]
fn readable(file: &Path) -> String {
    use std::os::unix::fs::MetadataExt as _;
    let user = rustix::process::geteuid().as_raw();
    if file.metadata().is_ok_and(|found| found.uid() != user) {
        // It is not taken over: it may be the machine's. It holds no secret.
        return format!("sudo chmod a+r {}", quoted(file));
    }
    format!("chmod u+r {}", quoted(file))
}

#[cfg(not(unix))]
fn readable(file: &Path) -> String {
    format!("let this user read {}", quoted(file))
}

/// The ids that the manifest lets in.
fn ids(manifest: &Value, family: Family) -> Result<Vec<String>, String> {
    let (own, other) = match family {
        Family::Chromium => ("allowed_origins", "allowed_extensions"),
        Family::Firefox => ("allowed_extensions", "allowed_origins"),
    };
    // Firefox (ESR 153) refuses a manifest with a key that it does not know; Chromium passes over it.
    if family == Family::Firefox && manifest.get(other).is_some() {
        return Err(format!("it has {other:?}, with which Firefox refuses it"));
    }
    let Some(listed) = manifest.get(own).and_then(Value::as_array) else {
        return Err(format!("it lacks {own:?}, without which {} refuses it", family.display_name()));
    };
    listed
        .iter()
        .map(|id| match (id.as_str(), family) {
            (Some(id), Family::Firefox) => Ok(id.to_owned()),
            (Some(origin), Family::Chromium) => origin
                .strip_prefix("chrome-extension://")
                .and_then(|rest| rest.strip_suffix('/'))
                // Chromium refuses the whole manifest for a pattern.
                .filter(|id| native_manifest::family_of_id(id) == Some(Family::Chromium))
                .map(str::to_owned)
                .ok_or_else(|| format!("{origin:?} in {own:?} is no origin, with which Chromium refuses it")),
            (None, _) => Err(format!("{own:?} holds something else than texts")),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_install_writes_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.json");
        for family in Family::ALL {
            let host = if cfg!(windows) { Path::new(r"C:\p.exe") } else { Path::new("/opt/potbridge") };
            std::fs::write(&file, native_manifest::text(family, host, &[]).unwrap()).unwrap();
            let manifest = read(&file, family, "fix").unwrap();
            assert_eq!((&*manifest.host, manifest.ids.len()), (host, 1));
        }
    }

    #[test]
    fn what_a_browser_refuses_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.json");
        let good = |own: &str, id: &str| json!({"name": HOST_NAME, "description": "d", "type": "stdio", "path": "/opt/potbridge", own: [id]});
        let origin = "chrome-extension://abcdefghijklmnopabcdefghijklmnop/";
        let with = |mut value: Value, key: &str, changed: Value| {
            value[key] = changed;
            value
        };
        let chromium = || good("allowed_origins", origin);
        let firefox = || good("allowed_extensions", "a@b");
        for (value, family, code) in [
            (with(chromium(), "name", json!("dev.other")), Family::Chromium, Code::ManifestInvalid),
            (with(chromium(), "type", json!("pipe")), Family::Chromium, Code::ManifestInvalid),
            (with(chromium(), "path", json!("bin/potbridge")), Family::Chromium, Code::ManifestInvalid),
            (with(chromium(), "path", json!(null)), Family::Chromium, Code::ManifestInvalid),
            (with(chromium(), "description", json!(null)), Family::Firefox, Code::ManifestInvalid),
            (json!([]), Family::Firefox, Code::ManifestInvalid),
            (firefox(), Family::Chromium, Code::ManifestWrongKeys),
            (chromium(), Family::Firefox, Code::ManifestWrongKeys),
            (with(firefox(), "allowed_origins", json!([origin])), Family::Firefox, Code::ManifestWrongKeys),
            (
                good("allowed_origins", origin.trim_end_matches('/')),
                Family::Chromium,
                Code::ManifestWrongKeys,
            ),
            (good("allowed_origins", "*"), Family::Chromium, Code::ManifestWrongKeys),
            (
                with(chromium(), "allowed_origins", json!([origin, "chrome-extension://*/"])),
                Family::Chromium,
                Code::ManifestWrongKeys,
            ),
        ] {
            std::fs::write(&file, value.to_string()).unwrap();
            let problem = read(&file, family, "fix").unwrap_err();
            assert_eq!((problem.code, problem.hint.as_deref()), (code, Some("fix")), "{value}");
        }
        std::fs::write(&file, "{").unwrap();
        assert_eq!(read(&file, Family::Firefox, "fix").unwrap_err().code, Code::ManifestInvalid);
        // Chromium passes over what it does not know.
        std::fs::write(&file, with(chromium(), "allowed_extensions", json!(["a@b"])).to_string()).unwrap();
        assert!(cfg!(windows) || read(&file, Family::Chromium, "fix").is_ok());
    }
}
