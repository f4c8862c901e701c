//! Changes several entries as one: all of them, or none if that can be had.

use super::error::KeyringError;
use crate::Change;
use std::collections::BTreeMap;
use zeroize::Zeroizing;

/// Entries by name.
pub(super) trait Store {
    /// An entry's value.
    fn read(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeyringError>;

    /// Fails if an entry that is not there yet could not be written.
    fn ready_to_create(&self) -> Result<(), KeyringError>;

    /// Gives an entry a value, and creates it if there is none.
    fn write(&self, name: &str, value: &str) -> Result<(), KeyringError>;

    /// Removes an entry, if it is there.
    fn remove(&self, name: &str) -> Result<(), KeyringError>;
}

/// One entry that is to change.
struct Step<'a> {
    name: &'a str,
    old: Option<Zeroizing<Vec<u8>>>,
    new: &'a str,
}

/// Gives each named entry its value.
///
/// An empty value removes the entry. An entry that has its value already is not touched. All entries are read and
/// unlocked before the first one is changed. If one fails nevertheless, those before it are restored.
pub(super) fn update(
    store: &impl Store,
    wanted: &BTreeMap<String, Zeroizing<String>>,
) -> Result<Change, KeyringError> {
    let mut steps = Vec::new();
    for (name, new) in wanted {
        let old = store.read(name)?;
        if old.as_ref().map_or(&[][..], |old| old) != new.as_bytes() || (old.is_some() && new.is_empty()) {
            steps.push(Step { name, old, new });
        }
    }
    if steps.iter().any(|step| step.old.is_none()) {
        store.ready_to_create()?;
    }
    for (done, step) in steps.iter().enumerate() {
        if let Err(error) = put(store, step.name, step.new) {
            return Err(restore(store, &steps[..done], error));
        }
    }
    Ok(if steps.is_empty() { Change::Unchanged } else { Change::Written })
}

fn put(store: &impl Store, name: &str, value: &str) -> Result<(), KeyringError> {
    if value.is_empty() { store.remove(name) } else { store.write(name, value) }
}

fn restore(store: &impl Store, done: &[Step<'_>], because: KeyringError) -> KeyringError {
    let mut changed = Vec::new();
    for step in done.iter().rev() {
        let restored = match step.old.as_ref().map(|old| std::str::from_utf8(old)) {
            None => store.remove(step.name).is_ok(),
            Some(Ok(old)) => store.write(step.name, old).is_ok(),
            Some(Err(_)) => false,
        };
        if !restored {
            changed.push(step.name.to_owned());
        }
    }
    if changed.is_empty() { because } else { KeyringError::HalfDone { changed, because: Box::new(because) } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use potbridge_protocol::Code;
    use std::cell::{Cell, RefCell};

    /// Entries in memory that take so many changes, then refuse so many.
    struct Memory {
        entries: RefCell<BTreeMap<String, String>>,
        changes: Cell<usize>,
        refusals: Cell<usize>,
        creates: bool,
    }

    impl Memory {
        fn with(entries: &[(&str, &str)]) -> Self {
            let entries = entries.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
            let (changes, refusals) = (Cell::new(usize::MAX), Cell::new(0));
            Self { entries: RefCell::new(entries), changes, refusals, creates: true }
        }

        fn refusing_after(self, changes: usize, refusals: usize) -> Self {
            self.changes.set(changes);
            self.refusals.set(refusals);
            self
        }

        fn holds(&self, expected: &[(&str, &str)]) -> bool {
            let entries = self.entries.borrow();
            entries.iter().map(|(name, value)| (name.as_str(), value.as_str())).eq(expected.iter().copied())
        }

        fn count(&self) -> Result<(), KeyringError> {
            if self.changes.get() > 0 {
                self.changes.set(self.changes.get() - 1);
            } else if self.refusals.get() > 0 {
                self.refusals.set(self.refusals.get() - 1);
                return Err(KeyringError::Dismissed);
            }
            Ok(())
        }
    }

    impl Store for Memory {
        fn read(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeyringError> {
            Ok(self.entries.borrow().get(name).map(|value| Zeroizing::new(value.clone().into_bytes())))
        }

        fn ready_to_create(&self) -> Result<(), KeyringError> {
            if self.creates { Ok(()) } else { Err(KeyringError::NoDefault) }
        }

        fn write(&self, name: &str, value: &str) -> Result<(), KeyringError> {
            self.count()?;
            self.entries.borrow_mut().insert(name.to_owned(), value.to_owned());
            Ok(())
        }

        fn remove(&self, name: &str) -> Result<(), KeyringError> {
            self.count()?;
            self.entries.borrow_mut().remove(name);
            Ok(())
        }
    }

    fn update(memory: &Memory, wanted: &[(&str, &str)]) -> Result<Change, KeyringError> {
        let owned = |&(name, value): &(&str, &str)| (name.to_owned(), Zeroizing::new(value.to_owned()));
        super::update(memory, &wanted.iter().map(owned).collect())
    }

    #[test]
    fn only_what_differs_is_written() {
        let memory = Memory::with(&[("A", "1"), ("B", "2")]);
        assert_eq!(update(&memory, &[("A", "1"), ("B", "3"), ("C", "4")]).unwrap(), Change::Written);
        assert!(memory.holds(&[("A", "1"), ("B", "3"), ("C", "4")]));
        let memory = memory.refusing_after(0, usize::MAX);
        assert_eq!(update(&memory, &[("A", "1"), ("B", "3"), ("D", "")]).unwrap(), Change::Unchanged);
    }

    #[test]
    fn an_empty_value_removes_the_entry_even_an_empty_one() {
        let memory = Memory::with(&[("A", "1"), ("B", "")]);
        assert_eq!(update(&memory, &[("A", ""), ("B", "")]).unwrap(), Change::Written);
        assert!(memory.holds(&[]));
    }

    #[test]
    fn what_was_changed_before_a_failure_is_restored() {
        let before = [("A", "1"), ("C", ""), ("D", "4")];
        let wanted = [("A", "new"), ("B", "new"), ("C", ""), ("D", "new")];
        for changes in 0..wanted.len() {
            let memory = Memory::with(&before).refusing_after(changes, 1);
            let error = update(&memory, &wanted).unwrap_err();
            assert_eq!(error.code(), Code::KeyringDismissed);
            assert!(memory.holds(&before), "after {changes} changes");
        }
    }

    #[test]
    fn what_cannot_be_restored_is_named() {
        let memory = Memory::with(&[("A", "1")]).refusing_after(1, usize::MAX);
        let error = update(&memory, &[("A", "new"), ("B", "new")]).unwrap_err();
        assert_eq!((error.code(), error.is_transient()), (Code::KeyringHalfDone, false));
        assert!(
            error
                .to_string()
                .ends_with("The entries of A had been changed before, and could not be restored")
        );
    }

    #[test]
    fn nothing_is_written_if_a_new_entry_cannot_be() {
        let memory = Memory { creates: false, ..Memory::with(&[("A", "1")]) };
        let error = update(&memory, &[("A", "2"), ("B", "new")]).unwrap_err();
        assert_eq!(error.code(), Code::KeyringNoDefault);
        assert!(memory.holds(&[("A", "1")]));
        assert_eq!(update(&memory, &[("A", "2"), ("B", "")]).unwrap(), Change::Written);
    }
}
