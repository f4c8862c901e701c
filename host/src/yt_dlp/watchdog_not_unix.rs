//! Without process groups there is no watchdog. A download cleans up after itself, and the next one after it.

use potbridge_system::process_group::ProcessGroup;
use std::io;
use std::path::Path;

pub(crate) struct Watchdog;

impl Watchdog {
    pub(crate) fn start(_: &Path) -> io::Result<Self> {
        Ok(Self)
    }

    pub(crate) fn watch(&mut self, _: ProcessGroup) {}

    pub(crate) fn release(&mut self) {}
}
