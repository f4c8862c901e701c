//! Values from the shelf.

use super::source::{Source, Wake};
use super::values::Values;
use crate::clock;
use crate::config::{Config, Variables};
use crate::error::Error;
use crate::folders::Folders;
use crate::projection::Projection;
use crate::shelf::{Shelf, Wanted};
use potbridge_protocol::{Label, VideoId};
use std::path::{Path, PathBuf};

/// The newest token of the shelf, written into templates.
pub struct OnShelf {
    config: Config,
    folders: Folders,
    variables: Variables,
    // Kept open: opening a database makes and removes files beside it, which would look like a change.
    shelf: Option<(Shelf, Identity)>,
}

/// Which file stands at a path: its device and number, where the system has such.
type Identity = Option<(u64, u64)>;

impl OnShelf {
    /// The shelf that the configuration names, which is a file. It is made where there is none.
    #[must_use]
    pub fn new(config: Config, folders: Folders, variables: Variables) -> Self {
        Self { config, folders, variables, shelf: None }
    }

    fn path(&self) -> PathBuf {
        self.config.shelf.place(&self.folders)
    }

    /// The shelf that stands there now; a database that was deleted stays readable for who has it open.
    fn shelf(&mut self) -> Result<&Shelf, Error> {
        let path = self.path();
        let kept = self.shelf.take().filter(|(_, identity)| *identity == identity_of(&path));
        let open = match kept {
            Some(open) => open,
            None => {
                let shelf = Shelf::open(&self.config.shelf, &self.folders)?;
                (shelf, identity_of(&path))
            }
        };
        Ok(&self.shelf.insert(open).0)
    }
}

impl Source for OnShelf {
    fn values(&mut self) -> Result<Option<Values>, Error> {
        let Some(newest) = self.shelf()?.newest(&Wanted::default())? else {
            return Ok(None);
        };
        let label = Label::from(&newest);
        let projection = Projection::of(&newest, &self.variables);
        let variables = projection.into_values().map(|(name, value)| (name.to_owned(), value)).collect();
        Ok(Some(Values::new(variables, described(&label, clock::now_ms()), Some(label.gone_at))))
    }

    fn folders(&self) -> Vec<PathBuf> {
        self.path().parent().map(Path::to_owned).into_iter().collect()
    }

    fn listen(&self, _wake: &Wake) {}
}

fn described(label: &Label, now: u64) -> String {
    let video = label.video_id.as_ref().map_or("an unnamed video", VideoId::as_str);
    if now < label.fresh_until {
        format!("for {video}, fresh until {}", clock::local(label.fresh_until, now))
    } else {
        format!("for {video}, no longer fresh, gone at {}", clock::local(label.gone_at, now))
    }
}

#[cfg(unix)]
pub(super) fn identity_of(path: &Path) -> Identity {
    use std::os::unix::fs::MetadataExt as _;
    path.metadata().ok().map(|found| (found.dev(), found.ino()))
}

#[cfg(not(unix))]
pub(super) fn identity_of(_path: &Path) -> Identity {
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::variables::variable;
    use crate::shelf::tests::capture;

    struct Place {
        folders: Folders,
        _folder: tempfile::TempDir,
    }

    fn place() -> Place {
        let folder = tempfile::tempdir().unwrap();
        let at = |name| folder.path().join(name);
        Place {
            folders: Folders { config: at("c.toml"), state: at("state"), runtime: at("run") },
            _folder: folder,
        }
    }

    impl Place {
        fn source(&self) -> OnShelf {
            let variables = ["TOKEN={token}", "VISITOR={visitor_data}"].map(|text| variable(text).unwrap());
            OnShelf::new(Config::default(), self.folders.clone(), variables.into())
        }

        fn put(&self, seed: u8) -> String {
            let capture = capture(seed, "dQw4w9WgXcQ", clock::now_ms());
            Shelf::open(&Config::default().shelf, &self.folders).unwrap().put(&capture).unwrap();
            capture.token.expose().to_owned()
        }
    }

    fn token(source: &mut OnShelf) -> Option<String> {
        Some(source.values().unwrap()?.variables()["TOKEN"].to_string())
    }

    #[test]
    fn the_newest_token_is_written_into_the_templates() {
        let place = place();
        let mut source = place.source();
        assert_eq!(source.values().unwrap(), None);
        let expected = place.put(1);
        let values = source.values().unwrap().unwrap();
        assert_eq!(*values.variables()["TOKEN"], expected);
        assert!(values.variables()["VISITOR"].is_empty());
        assert!(values.about().starts_with("for dQw4w9WgXcQ, fresh until "), "{}", values.about());
        let second = place.put(2);
        assert_eq!(token(&mut source), Some(second));
    }

    #[test]
    #[cfg(unix)]
    fn a_shelf_that_is_made_anew_is_read_anew() {
        let place = place();
        let mut source = place.source();
        place.put(1);
        assert!(token(&mut source).is_some());
        std::fs::remove_dir_all(&place.folders.state).unwrap();
        assert_eq!(token(&mut source), None);
        let second = place.put(2);
        assert_eq!(token(&mut source), Some(second));
    }
}
