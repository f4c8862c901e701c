//! The `.env` files that a person may mean: those nearby that name the token's variable already.

use potbridge_system::regular_file;
use serde::Deserialize;
use std::fs;
use std::path::{Path, PathBuf};

/// The variable that a token goes to by default.
const VARIABLE: &str = "YT_DLP_PO_TOKEN";

/// The names of compose files, in the order in which docker compose takes them.
const COMPOSE: [&str; 4] = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];

/// The most folders that are looked into, and the largest file that is read, in bytes.
const MOST_FOLDERS: usize = 200;
const LARGEST: u64 = 1 << 20;

/// The files in a folder and in the folders just below it that name the variable, and those that compose files there name.
pub(super) fn nearby(folder: &Path) -> Vec<PathBuf> {
    let mut below = entries(folder);
    below.retain(|path| path.is_dir() && !is_hidden(path) && !path.ends_with("node_modules"));
    below.truncate(MOST_FOLDERS);
    let real = |path: &Path| dunce::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut found: Vec<PathBuf> = Vec::new();
    for folder in std::iter::once(folder.to_owned()).chain(below) {
        let own = entries(&folder).into_iter().filter(|path| is_env_file(path));
        for path in own.chain(of_compose(&folder)) {
            if names_the_variable(&path) && !found.iter().any(|known| real(known) == real(&path)) {
                found.push(path);
            }
        }
    }
    found
}

/// In the order of their names.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut all: Vec<_> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    all.sort();
    all
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'))
}

/// `.env`, `.env.production`, `app.env`; and no template of one.
fn is_env_file(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let is_named_so = name == ".env" || name.starts_with(".env.") || name.ends_with(".env");
    let is_template = name
        .split('.')
        .any(|part| ["example", "sample", "template", "dist", "defaults", "bak"].contains(&part));
    is_named_so && !is_template && path.is_file()
}

fn names_the_variable(path: &Path) -> bool {
    let is_small = path.metadata().is_ok_and(|found| found.is_file() && found.len() <= LARGEST);
    let Some(text) = is_small.then(|| regular_file::read(path).ok()).flatten() else { return false };
    text.windows(VARIABLE.len()).any(|window| window == VARIABLE.as_bytes())
}

/// The files that a folder's compose files name as `env_file`.
fn of_compose(folder: &Path) -> Vec<PathBuf> {
    let texts = COMPOSE.iter().filter_map(|name| regular_file::read_to_string(&folder.join(name)).ok());
    let files = texts.filter_map(|text| serde_yaml_ng::from_str::<Compose>(&text).ok());
    files
        .flat_map(|compose| compose.services.into_values())
        .flat_map(|service| service.env_file.map_or_else(Vec::new, EnvFile::paths))
        .map(|path| folder.join(path.strip_prefix("./").unwrap_or(&path)))
        .collect()
}

#[derive(Deserialize)]
struct Compose {
    #[serde(default)]
    services: std::collections::BTreeMap<String, Service>,
}

#[derive(Deserialize)]
struct Service {
    env_file: Option<EnvFile>,
}

/// A path, a list of them, or a list of objects that have one.
#[derive(Deserialize)]
#[serde(untagged)]
enum EnvFile {
    One(String),
    Object { path: String },
    Several(Vec<EnvFile>),
}

impl EnvFile {
    fn paths(self) -> Vec<String> {
        match self {
            Self::One(path) | Self::Object { path } => vec![path],
            Self::Several(all) => all.into_iter().flat_map(Self::paths).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_name_the_variable_are_found_nearby() {
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| folder.path().join(path);
        for (path, text) in [
            (".env", "A=1\nYT_DLP_PO_TOKEN=\n"),
            (".env.example", "YT_DLP_PO_TOKEN=yours\n"),
            (".env.production", "# YT_DLP_PO_TOKEN=\n"),
            ("backend/api.env", "YT_DLP_PO_TOKEN=x"),
            ("backend/.env", "OTHER=1"),
            ("far/away/.env", "YT_DLP_PO_TOKEN="),
            (".git/.env", "YT_DLP_PO_TOKEN="),
            (
                "compose/compose.yml",
                "services: {a: {env_file: ./settings}, b: {env_file: [{path: ../.env}, none]}}",
            ),
            ("compose/settings", "YT_DLP_PO_TOKEN="),
            ("broken/docker-compose.yml", "services: ["),
        ] {
            fs::create_dir_all(at(path).parent().unwrap()).unwrap();
            fs::write(at(path), text).unwrap();
        }
        let found = nearby(folder.path());
        let shown: Vec<_> = found.iter().map(|path| path.strip_prefix(folder.path()).unwrap()).collect();
        let expected = [".env", ".env.production", "backend/api.env", "compose/settings"];
        assert_eq!(shown, expected.map(Path::new));
    }
}
