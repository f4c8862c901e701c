//! The policies of whoever manages a machine, as far as they concern the host and the extension.
//!
//! Chromium's are every `*.json` of a folder: <https://chromeenterprise.google/policies/>. Firefox's are `policies.json`:
//! <https://mozilla.github.io/policy-templates/>.

use potbridge_protocol::identifiers::{CHROMIUM_ID, FIREFOX_ID, HOST_NAME};
use potbridge_protocol::{Code, Problem};
use potbridge_system::browser::Family;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Looks for a policy that keeps a browser from the host that the manifest of this user or of the machine leads to.
pub(super) fn obstacle(folders: &[PathBuf], family: Family, is_users_manifest: bool) -> Option<Problem> {
    let policies: Vec<_> = folders.iter().flat_map(|folder| read(folder, family)).collect();
    let found = match family {
        Family::Chromium => policies.iter().find_map(|(file, policy)| {
            of_chromium(policy, &policies, is_users_manifest).map(|which| (file, which))
        }),
        Family::Firefox => policies.iter().find_map(|(file, policy)| {
            let settings = policy.get("policies").and_then(|policies| policies.get("ExtensionSettings"));
            blocks(settings, FIREFOX_ID).then_some((file, "ExtensionSettings blocks the extension"))
        }),
    };
    let (file, which) = found?;
    let page = match family {
        Family::Chromium => "chrome://policy",
        Family::Firefox => "about:policies",
    };
    let message = format!("a policy of this machine forbids it: {which} in {}", file.display());
    let hint = format!("ask whoever manages this machine to allow {HOST_NAME}; {page} shows the policies");
    Some(Problem::new(Code::PolicyBlocks, message).with_hint(hint))
}

/// The policies of a folder, each with its file. What cannot be read is passed over, as the browsers do.
fn read(folder: &Path, family: Family) -> Vec<(PathBuf, Value)> {
    let mut files: Vec<PathBuf> = match family {
        Family::Firefox => vec![folder.join("policies.json")],
        Family::Chromium => std::fs::read_dir(folder)
            .into_iter()
            .flatten()
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|end| end == "json"))
            .collect(),
    };
    files.sort();
    files
        .into_iter()
        .filter_map(|file| {
            let policy = serde_json::from_slice(&std::fs::read(&file).ok()?).ok()?;
            Some((file, policy))
        })
        .collect()
}

/// What in one of Chromium's policies stands in the way, if nothing in any of them allows it.
fn of_chromium(policy: &Value, all: &[(PathBuf, Value)], is_users_manifest: bool) -> Option<&'static str> {
    let is_listed = |policy: &Value, key: &str, names: &[&str]| {
        let listed = policy.get(key).and_then(Value::as_array);
        listed.is_some_and(|listed| listed.iter().filter_map(Value::as_str).any(|name| names.contains(&name)))
    };
    let is_allowed = |key: &str, name: &str| all.iter().any(|(_, policy)| is_listed(policy, key, &[name]));
    if is_listed(policy, "NativeMessagingBlocklist", &["*", HOST_NAME])
        && !is_allowed("NativeMessagingAllowlist", HOST_NAME)
    {
        return Some("NativeMessagingBlocklist blocks the host");
    }
    if is_users_manifest && policy.get("NativeMessagingUserLevelHosts") == Some(&Value::Bool(false)) {
        return Some("NativeMessagingUserLevelHosts admits only hosts that are installed for all users");
    }
    if is_listed(policy, "ExtensionInstallBlocklist", &["*", CHROMIUM_ID])
        && !is_allowed("ExtensionInstallAllowlist", CHROMIUM_ID)
    {
        return Some("ExtensionInstallBlocklist blocks the extension");
    }
    blocks(policy.get("ExtensionSettings"), CHROMIUM_ID).then_some("ExtensionSettings blocks the extension")
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

    fn chromium(policies: &[Value], is_users: bool) -> Option<Problem> {
        let folder = tempfile::tempdir().unwrap();
        for (at, policy) in policies.iter().enumerate() {
            std::fs::write(folder.path().join(format!("{at}.json")), policy.to_string()).unwrap();
        }
        std::fs::write(folder.path().join("damaged.json"), "{").unwrap();
        std::fs::write(folder.path().join("note.txt"), "{}").unwrap();
        obstacle(&[folder.path().to_owned()], Family::Chromium, is_users)
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
            let problem = chromium(std::slice::from_ref(&policy), true).unwrap_or_else(|| panic!("{policy}"));
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
            vec![json!([])],
        ] {
            assert_eq!(chromium(&policies, true), None, "{policies:?}");
        }
        assert_eq!(chromium(&[json!({"NativeMessagingUserLevelHosts": false})], false), None);
    }

    #[test]
    fn firefoxs_policies_block_the_extension() {
        let folder = tempfile::tempdir().unwrap();
        let says = |settings: Value| {
            let text = json!({"policies": {"ExtensionSettings": settings}}).to_string();
            std::fs::write(folder.path().join("policies.json"), text).unwrap();
            obstacle(&[folder.path().to_owned()], Family::Firefox, true).map(|problem| problem.code)
        };
        let blocked = || json!({"installation_mode": "blocked"});
        assert_eq!(says(json!({"*": blocked()})), Some(Code::PolicyBlocks));
        assert_eq!(says(json!({FIREFOX_ID: blocked()})), Some(Code::PolicyBlocks));
        assert_eq!(says(json!({"*": blocked(), FIREFOX_ID: {"installation_mode": "allowed"}})), None);
        assert_eq!(says(json!({"uBlock0@raymondhill.net": blocked()})), None);
    }
}
