//! Values from the store.

use super::identity::{Identity, identity_of};
use super::source::{Source, Wake};
use super::values::Values;
use crate::config::{Config, Variables};
use crate::delivery::projection::Projection;
use crate::error::Error;
use crate::store::{TokenQuery, TokenStore};
use potbridge_protocol::{TokenInfo, VideoId};
use potbridge_system::clock;
use potbridge_system::dirs::Dirs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The newest token of the store, written into templates.
pub struct FromStore {
    config: Config,
    dirs: Dirs,
    variables: Variables,
    // Kept open: opening a database makes and removes files beside it, which look like a change.
    store: Option<(TokenStore, Identity)>,
}

impl FromStore {
    /// Reads the store that the configuration names, which must be a file. It is made if there is none.
    #[must_use]
    pub fn new(config: Config, dirs: Dirs, variables: Variables) -> Self {
        Self { config, dirs, variables, store: None }
    }

    fn path(&self) -> PathBuf {
        self.config.store.place(&self.dirs)
    }

    /// The store that stands there now. A deleted database stays readable to a program that has it open.
    fn store(&mut self) -> Result<&TokenStore, Error> {
        let path = self.path();
        let kept = self.store.take().filter(|(_, identity)| *identity == identity_of(&path));
        let open = match kept {
            Some(open) => open,
            None => {
                let store = TokenStore::open(&self.config.store, &self.dirs)?;
                (store, identity_of(&path))
            }
        };
        Ok(&self.store.insert(open).0)
    }
}

impl Source for FromStore {
    fn values(&mut self) -> Result<Option<Values>, Error> {
        let query = TokenQuery { private: self.config.private_windows, ..TokenQuery::default() };
        let Some(newest) = self.store()?.newest(&query)? else {
            return Ok(None);
        };
        let info = TokenInfo::from(&newest);
        let projection = Projection::of(&newest, &self.variables);
        let variables = projection.into_values().map(|(name, value)| (name.to_owned(), value)).collect();
        Ok(Some(Values::new(variables, described(&info, clock::now_ms()), Some(info.expires_at))))
    }

    fn dirs(&self) -> Vec<PathBuf> {
        self.path().parent().map(Path::to_owned).into_iter().collect()
    }

    fn next_change(&mut self) -> Option<Duration> {
        // A store that cannot be read is told of when its values are.
        let ends = self.store().ok()?.name_wait_ends().ok()??;
        // By then the wait is over.
        Some(Duration::from_millis(ends.saturating_sub(clock::now_ms()) + 1))
    }

    fn listen(&self, _wake: &Wake) {}
}

fn described(info: &TokenInfo, now: u64) -> String {
    let video = info.video_id.as_ref().map_or("an unnamed video", VideoId::as_str);
    if now < info.fresh_until {
        format!("for {video}, fresh until {}", clock::local(info.fresh_until, now))
    } else {
        format!("for {video}, no longer fresh, expires at {}", clock::local(info.expires_at, now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::variables::variable;
    use crate::store::tests::capture;
    use potbridge_protocol::{Capture, Context};

    struct Place {
        dirs: Dirs,
        _folder: tempfile::TempDir,
    }

    fn place() -> Place {
        let folder = tempfile::tempdir().unwrap();
        let at = |name| folder.path().join(name);
        Place { dirs: Dirs { config: at("c.toml"), state: at("state"), runtime: at("run") }, _folder: folder }
    }

    impl Place {
        fn source(&self) -> FromStore {
            let variables = ["TOKEN={token}", "VISITOR={visitor_data}"].map(|text| variable(text).unwrap());
            FromStore::new(Config::default(), self.dirs.clone(), variables.into())
        }

        fn put(&self, seed: u8) -> String {
            let capture = capture(seed, "dQw4w9WgXcQ", clock::now_ms());
            TokenStore::open(&Config::default().store, &self.dirs).unwrap().put(&capture).unwrap();
            capture.token.expose().to_owned()
        }
    }

    fn token(source: &mut FromStore) -> Option<String> {
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
    fn a_token_that_waits_for_its_video_changes_the_values_by_itself() {
        let place = place();
        let mut source = place.source();
        let named = capture(1, "dQw4w9WgXcQ", clock::now_ms() - 3000);
        let mut store = TokenStore::open(&Config::default().store, &place.dirs).unwrap();
        store.put(&named).unwrap();
        assert_eq!(source.next_change(), None);
        let waits = Capture { context: Context::Gvs, ..capture(2, "", clock::now_ms() - 1900) };
        store.put(&waits).unwrap();
        let wait = source.next_change().unwrap_or_default();
        assert!(wait <= Duration::from_millis(101), "{wait:?}");
        std::thread::sleep(wait);
        assert!(token(&mut source).unwrap() == waits.token.expose());
        assert_eq!(source.next_change(), None);
    }

    #[test]
    #[cfg(unix)]
    fn a_store_that_is_made_again_is_opened_again() {
        let place = place();
        let mut source = place.source();
        place.put(1);
        assert!(token(&mut source).is_some());
        std::fs::remove_dir_all(&place.dirs.state).unwrap();
        assert_eq!(token(&mut source), None);
        let second = place.put(2);
        assert_eq!(token(&mut source), Some(second));
    }
}
