//! Where there are no process groups, a download tidies up after itself alone, and the next one after it.

use super::group::Group;
use std::io;
use std::path::Path;

pub(super) struct Keeper;

impl Keeper {
    pub(super) fn start(_: &Path) -> io::Result<Self> {
        Ok(Self)
    }

    pub(super) fn entrust(&mut self, _: Group) {}

    pub(super) fn release(&mut self) {}
}
