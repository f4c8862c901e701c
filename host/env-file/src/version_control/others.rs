use std::{fs, io, path::Path};

/// What a working copy has at its top, and the name of the system that put it there.
const MARKS: &[(&str, &str)] = &[
    (".hg", "Mercurial"),
    (".sl", "Sapling"),
    (".svn", "Subversion"),
    ("CVS", "CVS"),
    (".bzr", "Bazaar or Breezy"),
    (".pijul", "Pijul"),
    ("_darcs", "Darcs"),
    (".fslckout", "Fossil"),
    ("_FOSSIL_", "Fossil"),
];

/// A system of version control other than git.
pub(super) enum Other {
    /// Its ignore rules are git's.
    Jj,
    /// Its rules and its records have formats of their own.
    Unfamiliar(&'static str),
}

impl Other {
    /// The one whose working copy has its top here.
    pub(super) fn at(top: &Path) -> Option<Self> {
        let has = |mark: &str| match fs::symlink_metadata(top.join(mark)) {
            Ok(_) => true,
            // What cannot be looked at may be there.
            Err(error) => !matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory),
        };
        if has(".jj") {
            return Some(Self::Jj);
        }
        MARKS.iter().find(|(mark, _)| has(mark)).map(|(_, system)| Self::Unfamiliar(system))
    }
}
