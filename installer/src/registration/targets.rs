//! The native manifests that browsers need.

use super::flatpak::Sandbox;
use super::sandboxes::{self, Skipped};
use super::scope::Scope;
use crate::browsers::{self, Entry, Found, Machine, Packaging, System};
use crate::error::{Error, Result};
use potbridge_browser::Family;
use potbridge_protocol::identifiers::HOST_NAME;
use potbridge_system::browser::extension::data_folder;
use potbridge_system::browser::native_manifest;
use std::path::{Path, PathBuf};

/// A native manifest, for one browser or for several that read the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// The browsers' names for people.
    pub browser: String,
    /// The browsers' ids. Empty if a folder was named and no browser.
    pub ids: Vec<&'static str>,
    /// Which manifest they read.
    pub family: Family,
    /// The absolute path of the manifest.
    pub file: PathBuf,
    /// Windows: the whole keys, whose default values are the path of the manifest: `HKCU\Software\…\dev.potbridge.host`.
    pub registry_keys: Vec<String>,
    /// The sandbox that has to be opened, and was asked to be.
    pub sandbox: Option<Sandbox>,
    /// What the person has to know of it.
    pub notes: Vec<String>,
}

impl Registration {
    /// The program that the manifest names: a wrapper in a sandbox, otherwise the host.
    #[must_use]
    pub fn host(&self, host: &Path) -> PathBuf {
        self.sandbox.as_ref().map_or_else(|| host.to_owned(), Sandbox::wrapper)
    }
}

/// What is registered, and what is not.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Targets {
    /// In the table's order. No two have the same file and keys.
    pub registrations: Vec<Registration>,
    /// Browsers that are here and cannot be registered.
    pub skipped: Vec<Skipped>,
}

/// A browser to register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Its row in the table.
    pub entry: &'static Entry,
    /// How it was packaged.
    pub packaging: Packaging,
}

impl From<Found> for Wanted {
    fn from(found: Found) -> Self {
        Self { entry: found.entry, packaging: found.packaging }
    }
}

/// The browsers with these ids, or all that are on the machine. A named one need not be there.
///
/// # Errors
/// If an id is unknown.
pub fn wanted(ids: &[String], machine: &Machine) -> Result<Vec<Wanted>> {
    if ids.is_empty() {
        return Ok(machine.present().into_iter().map(Wanted::from).collect());
    }
    let mut wanted: Vec<Wanted> = Vec::new();
    for id in ids {
        let entry = browsers::by_id(id)?;
        let found = machine.find(entry);
        if found.is_empty() {
            wanted.push(Wanted { entry, packaging: Packaging::Native });
        }
        wanted.extend(found.into_iter().map(Wanted::from));
    }
    Ok(wanted)
}

/// The native manifests that these browsers need.
///
/// Browsers that read the same file share a registration. With `flatpak` the sandboxes of flatpaks are opened.
#[must_use]
pub fn for_browsers(browsers: &[Wanted], scope: Scope, flatpak: bool, machine: &Machine) -> Targets {
    let mut targets = Targets::default();
    for Wanted { entry, packaging } in browsers {
        match sandboxes::judge(entry, packaging, scope, flatpak, machine) {
            Ok(sandboxes::Way { sandbox, notes }) => {
                for registration in registrations(entry, scope, sandbox.as_ref(), &notes, machine) {
                    targets.add(registration);
                }
            }
            Err(skipped) => targets.skipped.push(skipped),
        }
    }
    targets
}

impl Targets {
    fn add(&mut self, new: Registration) {
        let same = |one: &&mut Registration| one.file == new.file && one.registry_keys == new.registry_keys;
        let Some(known) = self.registrations.iter_mut().find(same) else {
            self.registrations.push(new);
            return;
        };
        for id in new.ids {
            if !known.ids.contains(&id) {
                known.ids.push(id);
                known.browser = format!("{}, {}", known.browser, new.browser);
            }
        }
        for note in new.notes {
            if !known.notes.contains(&note) {
                known.notes.push(note);
            }
        }
    }
}

fn registrations(
    entry: &'static Entry,
    scope: Scope,
    sandbox: Option<&Sandbox>,
    notes: &[String],
    machine: &Machine,
) -> Vec<Registration> {
    let one = |file: PathBuf, registry_keys: Vec<String>, more: Option<String>| Registration {
        browser: entry.name.clone(),
        ids: vec![&entry.id],
        family: entry.family,
        file,
        registry_keys,
        sandbox: sandbox.cloned(),
        notes: notes.iter().cloned().chain(more).collect(),
    };
    if machine.system == System::Windows {
        let hive = match scope {
            Scope::User => "HKCU",
            Scope::System => "HKLM",
        };
        let keys = entry.registry(machine).iter();
        let keys =
            keys.map(|key| format!(r"{hive}\Software\{key}\NativeMessagingHosts\{HOST_NAME}")).collect();
        return vec![one(on_windows(entry.family, scope, machine), keys, None)];
    }
    let in_folders = |folders: Vec<PathBuf>, more: Option<String>| {
        folders
            .into_iter()
            .map(|folder| one(folder.join(native_manifest::file_name()), Vec::new(), more.clone()))
            .collect::<Vec<_>>()
    };
    match (scope, sandbox) {
        (Scope::System, _) => in_folders(entry.system_manifest_folders(machine), None),
        (Scope::User, Some(sandbox)) => in_folders(sandbox.manifest_folders(entry, machine), None),
        (Scope::User, None) => {
            let (of_shell, unsure) = without_those_of_others(entry.manifest_folders(machine));
            let mut all = in_folders(of_shell.clone(), unsure);
            if let Some(config) = machine.config_of_desktop() {
                let note = format!(
                    "XDG_CONFIG_HOME is {} in this shell; a browser that the desktop starts may not know that, so it is \
                     registered in {} too",
                    machine.config.display(),
                    config.display()
                );
                let of_desktop = entry.manifest_folders(&Machine { config, ..machine.clone() });
                let (mut of_desktop, _) = without_those_of_others(of_desktop);
                of_desktop.retain(|folder| !of_shell.contains(folder));
                all.extend(in_folders(of_desktop, Some(note)));
            }
            all
        }
    }
}

/// A browser's folders without those that would have to be made for it in another browser's place.
///
/// The builds of a browser can differ in their folders, and a build may use those of another browser. The first is its own.
/// The other value says what to do if it turns out that it does.
fn without_those_of_others(mut folders: Vec<PathBuf>) -> (Vec<PathBuf>, Option<String>) {
    let is_there = |folder: &PathBuf| folder.parent().is_some_and(Path::is_dir);
    let Some(own) = folders.first().cloned() else { return (folders, None) };
    let others: Vec<_> = folders.iter().skip(1).map(|folder| folder.display().to_string()).collect();
    let unsure = (!others.is_empty() && !folders.iter().any(is_there)).then(|| {
        format!(
            "some builds read {} instead of {}: run `potbridge-setup install` again after the browser's first start",
            others.join(", "),
            own.display()
        )
    });
    folders.retain(|folder| *folder == own || is_there(folder));
    (folders, unsure)
}

/// The registry names the manifest, so it can be anywhere. There is one for each family.
fn on_windows(family: Family, scope: Scope, machine: &Machine) -> PathBuf {
    let data = match scope {
        Scope::User => machine.data.clone(),
        Scope::System => machine.programs.first().unwrap_or(&machine.root).clone(),
    };
    data_folder(&data).join("native-messaging-hosts").join(family.name()).join(native_manifest::file_name())
}

/// The native manifest in a folder that the person named. It is for the named browsers, or for a Chromium.
///
/// # Errors
/// If the browsers are of both families.
pub fn in_folder(entries: &[&'static Entry], folder: &Path) -> Result<Registration> {
    // Firefox reads manifests in the home folder only. So a folder without a name is for Chromium.
    let family = entries.first().map_or(Family::Chromium, |entry| entry.family);
    if entries.iter().any(|entry| entry.family != family) {
        return Err(Error::Usage {
            message: "--manifest-dir is for browsers of one family".to_owned(),
            hint: "Chromium and Firefox need different manifests of the same name: run install once for each",
        });
    }
    let folder = std::path::absolute(folder)?;
    let browser = match entries {
        [] => "a Chromium".to_owned(),
        entries => entries.iter().map(|entry| entry.name.as_str()).collect::<Vec<_>>().join(", "),
    };
    Ok(Registration {
        browser,
        ids: entries.iter().map(|entry| entry.id.as_str()).collect(),
        family,
        file: folder.join(native_manifest::file_name()),
        registry_keys: Vec::new(),
        sandbox: None,
        notes: Vec::new(),
    })
}

/// What `install` registers: the named browsers or all that are here; or one folder that the person named.
///
/// # Errors
/// If an id is unknown, no browser is here, or one folder is for browsers of both families.
pub fn choose(
    ids: &[String],
    manifest_dir: Option<&Path>,
    scope: Scope,
    flatpak: bool,
    machine: &Machine,
) -> Result<Targets> {
    if let Some(folder) = manifest_dir {
        let entries = ids.iter().map(|id| browsers::by_id(id)).collect::<Result<Vec<_>>>()?;
        return Ok(Targets { registrations: vec![in_folder(&entries, folder)?], ..Targets::default() });
    }
    let wanted = wanted(ids, machine)?;
    if wanted.is_empty() {
        return Err(Error::NoBrowser {
            wanted: "a browser that potbridge knows".to_owned(),
            hint: "install one, or name the browser with --browser or its folder of native manifests with \
                   --manifest-dir; `potbridge-setup list` has those that it knows"
                .to_owned(),
        });
    }
    let mut targets = for_browsers(&wanted, scope, flatpak, machine);
    for id in ids {
        let entry = browsers::by_id(id)?;
        if machine.find(entry).is_empty() {
            let note = format!(
                "{} was not found on this machine; it is registered because it was named",
                entry.name
            );
            let its = targets.registrations.iter_mut().filter(|one| one.ids.contains(&entry.id.as_str()));
            its.for_each(|one| one.notes.push(note.clone()));
        }
    }
    Ok(targets)
}
