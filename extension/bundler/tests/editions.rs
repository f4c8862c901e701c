//! The editions of the extension, made from its real sources.

use potbridge_browser::Family;
use potbridge_bundler::edition::Edition;
use potbridge_bundler::{Parts, bundle, manifest};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Permissions that only downloads need.
const WORDS: [&str; 2] = ["contextMenus", "cookies"];

fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

struct Bundle {
    folder: TempDir,
}

impl Bundle {
    fn of(edition: Edition, family: Family) -> Self {
        let folder = tempfile::tempdir().unwrap();
        // The smallest module that wasm-bindgen takes.
        let wasm = folder.path().join("empty.wasm");
        fs::write(&wasm, b"\0asm\x01\0\0\0").unwrap();
        let parts = Parts {
            web: sources().join("web"),
            editions: sources().join("editions"),
            edition,
            wasm,
            version: "1.2.3".to_owned(),
        };
        bundle::assemble(&parts, family, &folder.path().join("bundle")).unwrap();
        Self { folder }
    }

    fn manifest(&self) -> Value {
        manifest::read(&self.folder.path().join("bundle")).unwrap()
    }

    fn messages(&self) -> Value {
        json(&self.folder.path().join("bundle/_locales/en/messages.json"))
    }

    /// The files by their names: the text of text files, and nothing for others.
    fn files(&self) -> BTreeMap<PathBuf, String> {
        let bundle = self.folder.path().join("bundle");
        walkdir::WalkDir::new(&bundle)
            .into_iter()
            .map(Result::unwrap)
            .filter(|entry| entry.file_type().is_file())
            .map(|entry| {
                let name = entry.path().strip_prefix(&bundle).unwrap().to_owned();
                (name, fs::read_to_string(entry.path()).unwrap_or_default())
            })
            .collect()
    }

    /// The missing files that a script imports.
    fn missing_imports(&self) -> Vec<String> {
        let files = self.files();
        let mut missing = Vec::new();
        for (name, text) in files.iter().filter(|(name, _)| name.extension().is_some_and(|it| it == "js")) {
            for line in text.lines().filter(|line| line.starts_with("import ")) {
                let Some((_, from)) = line.split_once(" from \"") else { continue };
                let mut path = name.parent().unwrap().to_owned();
                for part in from.trim_end_matches("\";").split('/') {
                    match part {
                        "." => {}
                        ".." => assert!(path.pop()),
                        part => path.push(part),
                    }
                }
                if !files.contains_key(&path) {
                    missing.push(format!("{} imports {}", name.display(), path.display()));
                }
            }
        }
        missing
    }
}

fn fragment() -> Value {
    json(&sources().join("web/download/manifest.json"))
}

fn fragment_messages() -> serde_json::Map<String, Value> {
    json(&sources().join("web/download/_locales/en/messages.json")).as_object().unwrap().clone()
}

#[test]
fn the_full_edition_has_downloads() {
    for family in Family::ALL {
        let bundle = Bundle::of(Edition::Full, family);
        let manifest = bundle.manifest();
        for (key, value) in fragment().as_object().unwrap() {
            match value {
                Value::Array(entries) => {
                    let there = manifest[key].as_array().unwrap();
                    assert!(entries.iter().all(|entry| there.contains(entry)), "{key} of {family:?}");
                }
                // The extension has such of its own.
                Value::Object(entries) => {
                    for (name, entry) in entries {
                        assert_eq!(&manifest[key][name], entry, "{key} of {family:?}");
                    }
                }
                value => assert_eq!(&manifest[key], value),
            }
        }
        assert!(manifest["permissions"].as_array().unwrap().contains(&"nativeMessaging".into()));
        let messages = bundle.messages();
        for (name, message) in fragment_messages() {
            assert_eq!(messages[&name], message);
        }
        assert!(bundle.files().contains_key(Path::new("download/background.js")));
        assert_eq!(bundle.missing_imports(), Vec::<String>::new());
    }
}

#[test]
fn the_capture_edition_has_nothing_of_downloads() {
    let fragment = fragment();
    let mut words: Vec<String> = WORDS.iter().map(ToString::to_string).collect();
    words.extend(fragment["commands"].as_object().unwrap().keys().cloned());
    words.extend(["optional_permissions", "optional_host_permissions"].map(str::to_owned));
    for family in Family::ALL {
        let bundle = Bundle::of(Edition::Capture, family);
        let manifest = bundle.manifest().to_string();
        assert!(manifest.contains("_execute_action"), "{manifest}");
        for word in &words {
            assert!(!manifest.contains(word.as_str()), "{word} is in the manifest for {family:?}");
        }
        let messages = bundle.messages();
        for (name, message) in fragment_messages() {
            assert!(messages.get(&name).is_none(), "{name}");
            let text = message["message"].as_str().unwrap();
            let same = messages.as_object().unwrap().values().find(|other| other["message"] == text);
            // A button, such as "Retry", may be there for something else.
            assert!(same.is_none() || text.split(' ').count() < 3, "{text}");
        }
        for (name, text) in bundle.files() {
            assert!(!name.starts_with("download"), "{}", name.display());
            let script = name.extension().is_some_and(|extension| extension == "js");
            let said = WORDS.iter().find(|word| script && text.contains(**word));
            assert_eq!(said, None, "in {}", name.display());
        }
        assert_eq!(bundle.missing_imports(), Vec::<String>::new());
    }
}

#[test]
fn both_editions_take_token_requests() {
    for edition in Edition::ALL {
        for family in Family::ALL {
            let bundle = Bundle::of(edition, family);
            let files = bundle.files();
            for side in ["background", "popup"] {
                let registry = &files[Path::new("features").join(format!("{side}.js")).as_path()];
                let import = format!("import {{ onDemand }} from \"../on-demand/{side}.js\";");
                assert!(registry.contains(&import), "{edition}: {registry}");
                assert!(files.contains_key(Path::new("on-demand").join(format!("{side}.js")).as_path()));
            }
            assert!(bundle.messages().get("token_requests_accept").is_some());
        }
    }
}

#[test]
fn every_edition_has_the_texts_of_its_scripts() {
    // The edition with downloads adds this one to another text, if it exists.
    const OPTIONAL: &str = "token_request_no_container_hint";
    for edition in Edition::ALL {
        let bundle = Bundle::of(edition, Family::Firefox);
        let messages = bundle.messages();
        let mut said = 0;
        for (name, text) in bundle.files() {
            let calls = ["getMessage(\"", "inBoth(\""].map(|call| text.split(call).skip(1));
            for rest in calls.into_iter().flatten() {
                let Some((key, _)) = rest.split_once('"') else { continue };
                let is_browsers = key.starts_with("@@");
                let there = key == OPTIONAL || is_browsers || messages.get(key).is_some();
                assert!(there, "{} says {key}, which {edition} has not", name.display());
                said += 1;
            }
        }
        assert!(said > 20, "{said}");
    }
}
