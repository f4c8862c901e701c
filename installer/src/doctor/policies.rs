//! The policies of whoever manages a machine, as far as they concern the host and the extension.
//!
//! Chromium (`config_dir_policy_loader.cc`) reads every file of a folder, whatever its name. They may hold comments, and
//! commas behind the last value. Of each policy the last file by name counts. Firefox's are `policies.json`:
//! <https://mozilla.github.io/policy-templates/>. On macOS and Windows they are elsewhere, and are not looked at.

use jsonc_parser::{ParseOptions, parse_to_serde_value};
use potbridge_protocol::identifiers::{CHROMIUM_ID, FIREFOX_ID, HOST_NAME};
use potbridge_protocol::{Code, Problem};
use potbridge_system::browser::Family;
use potbridge_system::regular_file;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// What policies do to the way from a browser to the host.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// None that was read stands in it.
    Free,
    /// One stands in it.
    Blocked(Problem),
    /// Some could not be read.
    Unknown(Problem),
}

/// Looks for a policy that keeps a browser from the host that the manifest of this user or of the machine leads to.
pub(super) fn judge(folders: &[PathBuf], family: Family, is_users_manifest: bool) -> Verdict {
    let page = match family {
        Family::Chromium => "chrome://policy",
        Family::Firefox => "about:policies",
    };
    let mut unread = None;
    for folder in folders {
        let policies = read(folder, family);
        let found = match family {
            Family::Chromium => of_chromium(&policies, is_users_manifest),
            Family::Firefox => {
                let all = policies.known.get("policies");
                let settings = all.and_then(|(policies, _)| policies.get("ExtensionSettings"));
                blocks(settings, FIREFOX_ID).then_some(("policies", "ExtensionSettings blocks the extension"))
            }
        };
        if let Some((key, which)) = found {
            let file =
                policies.known.get(key).map(|(_, file)| file.display().to_string()).unwrap_or_default();
            let message = format!("a policy of this machine forbids it: {which} in {file}");
            let hint =
                format!("ask whoever manages this machine to allow {HOST_NAME}; {page} shows the policies");
            return Verdict::Blocked(Problem::new(Code::PolicyBlocks, message).with_hint(hint));
        }
        unread = unread.or(policies.unread);
    }
    match unread {
        None => Verdict::Free,
        Some(why) => {
            let message = format!("whether a policy forbids it is not known: {why}");
            Verdict::Unknown(
                Problem::new(Code::PolicyBlocks, message).with_hint(format!("{page} shows the policies")),
            )
        }
    }
}

/// The policies of a folder.
#[derive(Default)]
struct Policies {
    /// Each with the file that it is from.
    known: BTreeMap<String, (Value, PathBuf)>,
    /// Which file could not be read, and why.
    unread: Option<String>,
}

fn read(folder: &Path, family: Family) -> Policies {
    let mut policies = Policies::default();
    let mut files: Vec<PathBuf> = match (family, std::fs::read_dir(folder)) {
        (Family::Firefox, _) => vec![folder.join("policies.json")],
        (Family::Chromium, Ok(entries)) => {
            entries.flatten().map(|entry| entry.path()).filter(|path| !path.is_dir()).collect()
        }
        (Family::Chromium, Err(error)) if is_nothing(error.kind()) => Vec::new(),
        (Family::Chromium, Err(error)) => {
            policies.unread = Some(format!("{}: {error}", folder.display()));
            Vec::new()
        }
    };
    files.sort();
    for file in files {
        let text = match regular_file::read(&file) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) if is_nothing(error.kind()) => continue,
            Err(error) => {
                policies.unread = Some(format!("{}: {error}", file.display()));
                continue;
            }
        };
        let parsed: Result<BTreeMap<String, Value>, String> = match family {
            Family::Chromium => {
                parse_to_serde_value(&text, &as_chromium()).map_err(|error| error.to_string())
            }
            Family::Firefox => serde_json::from_str(&text).map_err(|error| error.to_string()),
        };
        match parsed {
            Ok(parsed) => {
                policies.known.extend(parsed.into_iter().map(|(key, value)| (key, (value, file.clone()))));
            }
            // The browser passes over it, or reads what this program cannot.
            Err(error) => policies.unread = Some(format!("{}: {error}", file.display())),
        }
    }
    policies
}

fn is_nothing(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// What Chromium's parser allows: comments, commas at the end, and `\x` and `\v` in texts.
fn as_chromium() -> ParseOptions {
    ParseOptions {
        allow_comments: true,
        allow_trailing_commas: true,
        allow_extended_string_escapes: true,
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
    }
}

/// Which policy of Chromium's stands in the way, and what it does.
fn of_chromium(policies: &Policies, is_users_manifest: bool) -> Option<(&'static str, &'static str)> {
    let value = |key: &str| policies.known.get(key).map(|(value, _)| value);
    let is_listed = |key: &str, names: &[&str]| {
        let listed = value(key).and_then(Value::as_array);
        listed.is_some_and(|listed| listed.iter().filter_map(Value::as_str).any(|name| names.contains(&name)))
    };
    let blocklist = "NativeMessagingBlocklist";
    if is_listed(blocklist, &["*", HOST_NAME]) && !is_listed("NativeMessagingAllowlist", &[HOST_NAME]) {
        return Some((blocklist, "NativeMessagingBlocklist blocks the host"));
    }
    let user_level = "NativeMessagingUserLevelHosts";
    if is_users_manifest && value(user_level) == Some(&Value::Bool(false)) {
        let which = "NativeMessagingUserLevelHosts admits only hosts that are installed for all users";
        return Some((user_level, which));
    }
    let blocklist = "ExtensionInstallBlocklist";
    if is_listed(blocklist, &["*", CHROMIUM_ID]) && !is_listed("ExtensionInstallAllowlist", &[CHROMIUM_ID]) {
        return Some((blocklist, "ExtensionInstallBlocklist blocks the extension"));
    }
    let settings = "ExtensionSettings";
    blocks(value(settings), CHROMIUM_ID).then_some((settings, "ExtensionSettings blocks the extension"))
}

/// Whether `ExtensionSettings` blocks an extension. What is said of it counts more than what is said of all (`*`).
fn blocks(settings: Option<&Value>, id: &str) -> bool {
    let Some(settings) = settings else { return false };
    let mode = |of: &str| settings.get(of)?.get("installation_mode")?.as_str();
    matches!(mode(id).or_else(|| mode("*")), Some("blocked" | "removed"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// What stands in a folder with these policies, in this order.
    fn chromium(policies: &[Value], is_users: bool) -> Verdict {
        let folder = tempfile::tempdir().unwrap();
        for (at, policy) in policies.iter().enumerate() {
            std::fs::write(folder.path().join(format!("{at}.json")), policy.to_string()).unwrap();
        }
        judge(&[folder.path().to_owned()], Family::Chromium, is_users)
    }

    /// What a file of this name says.
    fn of_file(name: &str, text: &str) -> Verdict {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(name), text).unwrap();
        judge(&[folder.path().to_owned()], Family::Chromium, true)
    }

    #[test]
    fn every_file_is_read_as_chromium_reads_it() {
        let blocks = "{\"NativeMessagingBlocklist\": [\"*\"]}";
        let with_comments = "// Ours.\n{ /* No hosts. */ \"NativeMessagingBlocklist\": [\"*\",],\n}";
        for (name, text) in
            [("corp.json", with_comments), ("corp", blocks), (".hidden", blocks), ("note.txt", with_comments)]
        {
            assert!(matches!(of_file(name, text), Verdict::Blocked(_)), "{name}: {text}");
        }
    }

    #[test]
    fn of_a_file_that_cannot_be_read_nothing_is_known() {
        for text in ["{", "", "[]", "{'NativeMessagingBlocklist': ['*']}"] {
            let Verdict::Unknown(problem) = of_file("damaged.json", text) else { panic!("{text}") };
            assert!(problem.message.contains("damaged.json"), "{}", problem.message);
        }
        assert_eq!(judge(&["/nowhere/policies".into()], Family::Chromium, true), Verdict::Free);
    }

    #[test]
    fn of_each_policy_the_last_file_counts() {
        let blocks = json!({"NativeMessagingBlocklist": ["*"]});
        let other = json!({"NativeMessagingBlocklist": ["com.other"]});
        assert_eq!(chromium(&[blocks.clone(), other.clone()], true), Verdict::Free);
        let Verdict::Blocked(problem) = chromium(&[other, blocks], true) else { panic!() };
        assert!(problem.message.contains("1.json"), "{}", problem.message);
    }

    #[test]
    fn chromiums_policies_block_the_host_or_the_extension() {
        for policy in [
            json!({"NativeMessagingBlocklist": ["*"]}),
            json!({"NativeMessagingBlocklist": ["com.other", HOST_NAME]}),
            json!({"NativeMessagingUserLevelHosts": false}),
            json!({"ExtensionInstallBlocklist": ["*"]}),
            json!({"ExtensionSettings": {"*": {"installation_mode": "blocked"}}}),
            json!({"ExtensionSettings": {CHROMIUM_ID: {"installation_mode": "removed"}}}),
        ] {
            let Verdict::Blocked(problem) = chromium(std::slice::from_ref(&policy), true) else {
                panic!("{policy}")
            };
            assert_eq!(problem.code, Code::PolicyBlocks);
            let named = policy.as_object().unwrap().keys().next().unwrap();
            assert!(
                problem.message.contains(named) && problem.message.contains("0.json"),
                "{}",
                problem.message
            );
        }
    }

    #[test]
    fn what_another_policy_allows_is_not_blocked() {
        for policies in [
            vec![
                json!({"NativeMessagingBlocklist": ["*"]}),
                json!({"NativeMessagingAllowlist": [HOST_NAME]}),
            ],
            vec![json!({"NativeMessagingBlocklist": ["com.other"]})],
            vec![json!({"NativeMessagingUserLevelHosts": true})],
            vec![json!({"ExtensionInstallBlocklist": ["*"], "ExtensionInstallAllowlist": [CHROMIUM_ID]})],
            vec![json!({"ExtensionSettings": {
                "*": {"installation_mode": "blocked"}, CHROMIUM_ID: {"installation_mode": "allowed"},
            }})],
            vec![json!({})],
        ] {
            assert_eq!(chromium(&policies, true), Verdict::Free, "{policies:?}");
        }
        assert_eq!(chromium(&[json!({"NativeMessagingUserLevelHosts": false})], false), Verdict::Free);
    }

    #[test]
    fn firefoxs_policies_block_the_extension() {
        let folder = tempfile::tempdir().unwrap();
        let says = |settings: Value| {
            let text = json!({"policies": {"ExtensionSettings": settings}}).to_string();
            std::fs::write(folder.path().join("policies.json"), text).unwrap();
            matches!(judge(&[folder.path().to_owned()], Family::Firefox, true), Verdict::Blocked(_))
        };
        let blocked = || json!({"installation_mode": "blocked"});
        assert!(says(json!({"*": blocked()})));
        assert!(says(json!({FIREFOX_ID: blocked()})));
        assert!(!says(json!({"*": blocked(), FIREFOX_ID: {"installation_mode": "allowed"}})));
        assert!(!says(json!({"uBlock0@raymondhill.net": blocked()})));
    }
}
