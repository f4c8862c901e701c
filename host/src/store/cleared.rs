//! The mark of the last `clear`. Every process sees it, so what one kept in memory before does not come back.

use super::place::{Identity, beside, identity};
use potbridge_system::digest::digest;
use potbridge_system::dirs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// When a store was last cleared. It is only compared, since clocks differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Cleared([Option<(Identity, SystemTime)>; 2]);

/// As fine as the times of every file system are: FAT's.
const FINEST: Duration = Duration::from_secs(2);

impl Cleared {
    pub(super) fn of(path: &Path, runtime: &Path) -> Self {
        let of = |place: PathBuf| Some((identity(&place), place.metadata().ok()?.modified().ok()?));
        Self(places(path, runtime).map(of))
    }

    /// Whether `self` was made after `earlier` was looked at.
    pub(super) fn is_after(self, earlier: Self) -> bool {
        self.0.iter().zip(earlier.0).any(|(now, earlier)| now.is_some() && *now != earlier)
    }

    /// Marks that a store is cleared: beside it, or else in the runtime folder. It needs no space.
    pub(super) fn mark(path: &Path, runtime: &Path) -> io::Result<()> {
        let before = Self::of(path, runtime);
        let mark = |place: &Path| {
            if let Some(folder) = place.parent() {
                dirs::make_private(folder)?;
            }
            let file = dirs::open_private(place)?;
            file.set_modified(SystemTime::now())?;
            if Self::of(path, runtime).is_after(before) {
                return Ok(());
            }
            file.set_modified(SystemTime::now() + FINEST)
        };
        let [beside, in_runtime] = places(path, runtime);
        mark(&beside).or_else(|_| mark(&in_runtime))
    }
}

fn places(path: &Path, runtime: &Path) -> [PathBuf; 2] {
    let name = digest([path.display().to_string().as_str()]);
    [beside(path, ".cleared"), runtime.join(format!("store-{}.cleared", &name[..16]))]
}
