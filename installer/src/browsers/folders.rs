//! Where a browser looks for native manifests and for policies on a machine.

use crate::browsers::machine::Machine;
use crate::browsers::table::Entry;
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

    /// The folders of policies; on Windows keys of the registry under `Software\Policies`, which are not expanded.
    #[must_use]
    pub fn policy_folders(&self, machine: &Machine) -> Vec<PathBuf> {
        self.expanded(machine, |places| &places.policies)
    }

    /// Windows: the keys under `Software` that hold native manifests.
    #[must_use]
    pub fn registry(&self, machine: &Machine) -> &[String] {
        self.on(machine.system).map_or(&[], |places| &places.registry)
    }

    fn expanded(
        &self,
        machine: &Machine,
        part: impl Fn(&crate::browsers::table::Places) -> &Vec<String>,
    ) -> Vec<PathBuf> {
        let Some(places) = self.on(machine.system) else { return Vec::new() };
        part(places).iter().flat_map(|pattern| machine.expand(pattern)).collect()
    }
}
