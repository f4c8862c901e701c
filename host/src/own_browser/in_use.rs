//! Who needs the browser: it is not ended for idleness meanwhile.

use super::places::Places;
use potbridge_system::dirs::{Dirs, open_private};
use std::fs::File;
use std::io;
use std::time::SystemTime;

/// Says that the browser is needed, until it is dropped or the process ends.
#[derive(Debug)]
pub struct InUse(File);

/// Says that the browser is needed: a token request waits in it.
///
/// Idleness counts from the last such guard.
///
/// # Errors
/// The file cannot be made or locked.
pub fn in_use(dirs: &Dirs) -> io::Result<InUse> {
    let places = Places::of(dirs);
    places.make()?;
    let file = open_private(&places.in_use())?;
    file.lock_shared()?;
    file.set_modified(SystemTime::now())?;
    Ok(InUse(file))
}

impl Drop for InUse {
    fn drop(&mut self) {
        // Without it, idleness counts from the last time that the watchdog found the file locked.
        let _ = self.0.set_modified(SystemTime::now());
    }
}
