//! What it means that the system refuses something.

use std::{fs::File, io};

use crate::{Error, attributes};

/// Whether the disk is full, or the user's quota of it.
pub(crate) fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

/// Whether the file system or the kernel does not have what was asked of it.
#[cfg(unix)]
pub(crate) fn is_unsupported(error: &io::Error) -> bool {
    use rustix::io::Errno;
    let unsupported = [Errno::INVAL, Errno::NOSYS, Errno::NOTSUP, Errno::OPNOTSUPP, Errno::NOTTY];
    Errno::from_io_error(error).is_some_and(|error| unsupported.contains(&error))
}

#[cfg(not(unix))]
pub(crate) fn is_unsupported(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::Unsupported
}

/// Whether the process or the machine lacks room. A write in place would lack it too.
#[cfg(unix)]
pub(crate) fn is_lack(error: &io::Error) -> bool {
    use rustix::io::Errno;
    let lacks = [Errno::MFILE, Errno::NFILE, Errno::NOMEM];
    is_full(error) || Errno::from_io_error(error).is_some_and(|error| lacks.contains(&error))
}

#[cfg(not(unix))]
pub(crate) fn is_lack(error: &io::Error) -> bool {
    is_full(error) || error.kind() == io::ErrorKind::OutOfMemory
}

/// Why a file was written neither by a rename nor in place.
#[derive(Debug, thiserror::Error)]
#[error("{second}; it cannot be replaced by a rename either: {first}")]
struct Twice {
    first: io::Error,
    #[source]
    second: io::Error,
}

/// Why a file that has several names was not overwritten.
#[derive(Debug, thiserror::Error)]
#[error("{0}; it has more than one name (`ls -l`), so it is not replaced by a rename")]
struct Linked(#[source] io::Error);

/// A flag of the file forbids every write.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Protected(&'static str);

/// Whether a flag of the file is the reason.
pub(crate) fn is_protected(error: &io::Error) -> bool {
    matches!(error.get_ref(), Some(cause) if cause.is::<Protected>())
}

/// The `error` of a write in place, with the flag that forbids it, or with the reason why a rename was refused `first`.
/// Without the latter, the file has several names.
pub(crate) fn explained(error: Error, first: Option<io::Error>, file: Option<&File>) -> Error {
    let Error::Io { path, doing, source: second } = error else { return error };
    let kind = second.kind();
    let is_refused = kind == io::ErrorKind::PermissionDenied;
    let source = match (file.filter(|_| is_refused).and_then(attributes::protection), first) {
        (Some(flag), _) => io::Error::new(kind, Protected(flag)),
        (None, Some(first)) if first.to_string() != second.to_string() => {
            io::Error::new(kind, Twice { first, second })
        }
        (None, Some(_)) => second,
        (None, None) => io::Error::new(kind, Linked(second)),
    };
    Error::Io { path, doing, source }
}
