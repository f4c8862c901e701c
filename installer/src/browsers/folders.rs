//! Where a browser looks for native manifests and for policies on a machine.

use crate::browsers::machine::{Machine, System};
use crate::browsers::table::{Entry, Places};
use std::path::PathBuf;

impl Entry {
    /// The user's folders of native manifests. Empty on Windows, where the registry has them.
    #[must_use]
    pub fn manifest_folders(&self, machine: &Machine) -> Vec<PathBuf> {
        self.expanded(machine, |places| &places.manifests)
    }

    /// The machine's folders of native manifests.
    #[must_use]
    pub fn system_manifest_folders(&self, machine: &Machine) -> Vec<PathBuf> {
        self.expanded(machine, |places| &places.system_manifests)
    }

    /// The folders of its profiles.
    #[must_use]
    pub fn profile_folders(&self, machine: &Machine) -> Vec<PathBuf> {
        self.expanded(machine, |places| &places.profiles)
    }

    /// The folders or files of policies. Empty on Windows, where the registry has them.
    #[must_use]
    pub fn policy_folders(&self, machine: &Machine) -> Vec<PathBuf> {
        if machine.system == System::Windows {
            return Vec::new();
        }
        self.expanded(machine, |places| &places.policies)
    }

    /// Windows: the keys under `Software\Policies` that hold policies.
    #[must_use]
    pub fn policy_keys(&self, machine: &Machine) -> &[String] {
        match self.on(machine.system) {
            Some(places) if machine.system == System::Windows => &places.policies,
            _ => &[],
        }
    }

    /// Windows: the keys under `Software` that hold native manifests.
    #[must_use]
    pub fn registry(&self, machine: &Machine) -> &[String] {
        self.on(machine.system).map_or(&[], |places| &places.registry)
    }

    fn expanded(&self, machine: &Machine, part: impl Fn(&Places) -> &Vec<String>) -> Vec<PathBuf> {
        let Some(places) = self.on(machine.system) else { return Vec::new() };
        part(places).iter().flat_map(|pattern| machine.expand(pattern)).collect()
    }
}
