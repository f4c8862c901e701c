//! Where there are no process groups, a download tidies up after itself alone, and the next one after it.

use super::process_group::Group;
use std::io;
use std::path::Path;

pub(crate) struct Watchdog;

impl Watchdog {
    pub(crate) fn start(_: &Path) -> io::Result<Self> {
        Ok(Self)
    }

    pub(crate) fn entrust(&mut self, _: Group) {}

    pub(crate) fn release(&mut self) {}
}
