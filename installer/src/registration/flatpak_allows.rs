//! What flatpak allows an application: what its own metadata ask for, changed by the overrides.
//!
//! flatpak (1.16; `flatpak_deploy_get_overrides`) takes the metadata, the machine's overrides for all and for the application,
//! and the user's for all and for the application. The machine's are not for an application that the user installed. Of each
//! name on the bus the last policy counts. Folders that are kept are never taken back. What cannot be read is passed over.

use super::permission::{Permission, entries, values};
use crate::browsers::Machine;
use potbridge_system::regular_file;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The group of permissions that are lists.
pub(super) const CONTEXT: &str = "Context";
/// The group of policies: by the name on the session bus `none`, `see`, `talk` or `own`.
pub(super) const SESSION_BUS: &str = "Session Bus Policy";
/// The key of the folders in the home folder that are kept.
pub(super) const PERSISTENT: &str = "persistent";
/// What a policy allows, the least first.
const POLICIES: [&str; 4] = ["none", "see", "talk", "own"];
/// The whole bus, without a filter.
const WHOLE_BUS: &str = "session-bus";

/// What an application may do.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Allowed {
    /// By the name, or by the beginning of names: `org.freedesktop.*`.
    policies: BTreeMap<String, usize>,
    persistent: BTreeSet<String>,
    has_whole_bus: bool,
}

impl Allowed {
    /// Reads what the application with this id may do for this user.
    pub(crate) fn read(app: &str, machine: &Machine) -> Self {
        let mut allowed = Self::default();
        let of_user = &machine.flatpaks;
        let of_machine = machine.expand("/var/lib/flatpak");
        let is_users = of_user.join("app").join(app).exists();
        let installation = if is_users { Some(of_user) } else { of_machine.first() };
        let metadata =
            installation.map(|folder| folder.join("app").join(app).join("current/active/metadata"));
        let overrides = |folder: &PathBuf| ["global", app].map(|name| folder.join("overrides").join(name));
        let of_machine = of_machine.iter().filter(|_| !is_users).flat_map(overrides);
        for file in metadata.into_iter().chain(of_machine).chain(overrides(of_user)) {
            allowed.add_file(&file);
        }
        allowed
    }

    /// Whether a permission makes no difference any more.
    pub(crate) fn has(&self, permission: &Permission) -> bool {
        match (&*permission.group, &*permission.key) {
            (SESSION_BUS, name) => self.has_whole_bus || self.policy(name) >= rank(&permission.value),
            (CONTEXT, PERSISTENT) => self.persistent.contains(&permission.value),
            _ => false,
        }
    }

    /// The most that a rule for this name, or for names that begin as it does, allows.
    fn policy(&self, name: &str) -> Option<usize> {
        let is_for = |rule: &str| match rule.strip_suffix(".*") {
            Some(start) => {
                name.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            }
            None => rule == name,
        };
        self.policies.iter().filter(|(rule, _)| is_for(rule)).map(|(_, policy)| *policy).max()
    }

    fn add_file(&mut self, file: &Path) {
        let text = regular_file::read(file).unwrap_or_default();
        self.add(&String::from_utf8_lossy(&text));
    }

    fn add(&mut self, text: &str) {
        for (group, key, value) in entries(text) {
            match (group, key) {
                (SESSION_BUS, name) => {
                    // A word that flatpak does not know changes nothing.
                    self.policies.extend(rank(value).map(|policy| (name.to_owned(), policy)));
                }
                (CONTEXT, PERSISTENT) => self.persistent.extend(values(value).map(str::to_owned)),
                (CONTEXT, "sockets") => {
                    for socket in values(value) {
                        match socket.strip_prefix('!') {
                            Some(WHOLE_BUS) => self.has_whole_bus = false,
                            None if socket == WHOLE_BUS => self.has_whole_bus = true,
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

fn rank(policy: &str) -> Option<usize> {
    POLICIES.iter().position(|known| *known == policy)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "org.freedesktop.Flatpak";

    fn is_open(files: &[&str]) -> bool {
        let mut allowed = Allowed::default();
        files.iter().for_each(|text| allowed.add(text));
        allowed.has(&Permission::new(SESSION_BUS, NAME, "talk"))
    }

    #[test]
    fn of_a_name_the_last_policy_counts() {
        let policy = |word: &str| format!("[Session Bus Policy]\n{NAME}={word}\n");
        let [none, see, talk, own] = POLICIES.map(policy);
        for (files, open) in [
            (vec![], false),
            (vec![&*talk], true),
            (vec![&own], true),
            (vec![&see], false),
            (vec![&talk, &none], false),
            (vec![&none, &talk], true),
            (vec![&talk, &*policy("friend")], true),
            (vec![&talk, "[Context]\nsockets=x11;\n"], true),
            // glib's: the last of a key counts, and a group may come twice.
            (vec![&*format!("{talk}[Context]\n\n{none}")], false),
            (vec![&format!("[Session Bus Policy]\n{NAME} = talk\n# {NAME}=none\n")], true),
            (vec!["[Session Bus Policy]\norg.freedesktop.*=talk\n"], true),
            (vec!["[Session Bus Policy]\norg.freedesktop.*=talk\n", &none], true),
            (vec!["[Session Bus Policy]\norg.freedesktop.F.*=talk\norg.freedesktop=own\n"], false),
            (vec![&*format!("[System Bus Policy]\n{NAME}=talk\n")], false),
        ] {
            assert_eq!(is_open(&files), open, "{files:?}");
        }
    }

    #[test]
    fn the_whole_bus_is_open_until_it_is_taken_back() {
        let open = "[Context]\nshared=network;\nsockets=x11;session-bus;!wayland;\n";
        assert!(is_open(&[open]));
        assert!(!is_open(&[open, "[Context]\nsockets=!session-bus;\n"]));
        assert!(!is_open(&["[Context]\nsockets=!session-bus;\n"]));
        assert!(is_open(&["[Context]\nsockets=!session-bus;\n", open]));
    }

    #[test]
    fn a_folder_that_is_kept_stays_so() {
        let mut allowed = Allowed::default();
        let kept = Permission::new(CONTEXT, PERSISTENT, ".mozilla");
        allowed.add("[Context]\npersistent=.zen;!.mozilla;\n");
        assert!(!allowed.has(&kept));
        allowed.add("[Context]\npersistent=.zen;.mozilla;\n");
        allowed.add("[Context]\npersistent=.other;\n");
        assert!(allowed.has(&kept));
    }
}
