//! What stands in the database's files, read without a lock and without writing anything.
//!
//! SQLite (3.54) reads a database whose log is written ahead only if it can write beside it or an index stands there, and what
//! it reads as unchangeable (`immutable`) lacks what is in the log alone, which are the newest tokens. So the pages of the log
//! are put over those of the database here, as <https://sqlite.org/fileformat2.html#the_write_ahead_log> says.

#[cfg(unix)]
use super::kept;
use super::place::beside;
use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::time::SystemTime;
use zeroize::Zeroizing;

/// The most that is read, in bytes. The store has some hundreds of KiB.
const MAX_SIZE: u64 = 64 << 20;

/// How a log begins whose checksums are of words in one order of bytes or the other.
const MAGIC: [u32; 2] = [0x377f_0682, 0x377f_0683];

/// How often it is read anew if another process writes meanwhile.
const ATTEMPTS: u32 = 20;

/// By what a change of the files is seen: size and time of the database and of its log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Signature([Option<(u64, SystemTime)>; 2]);

impl Signature {
    pub(super) fn of(path: &Path) -> Self {
        let of = |path: &Path| {
            let found = path.metadata().ok()?;
            Some((found.len(), found.modified().ok()?))
        };
        Self([of(path), of(&beside(path, "-wal"))])
    }
}

/// The database as one file, which SQLite takes as one in memory. `None` if there is none.
pub(super) fn take(path: &Path) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let mut attempt = 0;
    loop {
        attempt += 1;
        let (salt, before) = (salt(path), Signature::of(path));
        let Some(mut database) = read(path)? else { return Ok(None) };
        let log = match fs::read(beside(path, "-wal")) {
            Ok(log) => Zeroizing::new(log),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Zeroizing::default(),
            Err(error) => return Err(error),
        };
        // Pages that were moved from the log meanwhile are in the log too, as long as it was not begun anew.
        let same_log = salt.is_some() && salt == self::salt(path);
        if same_log || before == Signature::of(path) || attempt == ATTEMPTS {
            apply(&mut database, &log);
            // From now on it has no log.
            if let Some(versions) = database.get_mut(18..20) {
                versions.fill(1);
            }
            return Ok(Some(database));
        }
    }
}

/// What a log has another of when it is begun anew. `None` if there is no log.
fn salt(path: &Path) -> Option<[u8; 8]> {
    use std::io::Read as _;
    let mut head = [0; 24];
    File::open(beside(path, "-wal")).ok()?.read_exact(&mut head).ok()?;
    head[16..].try_into().ok()
}

/// Whether SQLite's log lies beside the database.
pub(super) fn has_log(path: &Path) -> bool {
    use std::io::Read as _;
    let mut head = [0; 4];
    let read = File::open(beside(path, "-wal")).and_then(|mut log| log.read_exact(&mut head));
    read.is_ok() && MAGIC.contains(&word(&head, 0))
}

/// The database alone.
#[cfg(unix)]
pub(super) fn read(path: &Path) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    use std::os::unix::fs::{FileExt as _, MetadataExt as _, OpenOptionsExt as _};
    let found = match path.metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        found => found?,
    };
    if !found.is_file() || found.len() > MAX_SIZE {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let open = || {
        // A FIFO that came meanwhile is not waited for.
        let flags = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
        File::options().read(true).custom_flags(flags).open(path)
    };
    kept::with((found.dev(), found.ino()), open, |file| {
        let size = usize::try_from(file.metadata()?.len().min(MAX_SIZE)).unwrap_or_default();
        let mut bytes = Zeroizing::new(vec![0; size]);
        let mut at = 0;
        while at < size {
            match file.read_at(&mut bytes[at..], at as u64)? {
                0 => break,
                read => at += read,
            }
        }
        bytes.truncate(at);
        Ok(Some(bytes))
    })
}

/// The database alone.
#[cfg(not(unix))]
pub(super) fn read(path: &Path) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    match path.metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
        Ok(found) if found.len() > MAX_SIZE => return Err(io::ErrorKind::InvalidData.into()),
        Ok(_) => {}
    }
    fs::read(path).map(|bytes| Some(Zeroizing::new(bytes)))
}

/// Puts the pages of the log over those of the database, as far as its changes are whole.
fn apply(database: &mut Vec<u8>, log: &[u8]) {
    let Some((head, frames)) = log.split_at_checked(32) else { return };
    let big_endian = match word(head, 0) {
        magic if magic == MAGIC[0] => false,
        magic if magic == MAGIC[1] => true,
        _ => return,
    };
    let page_size = word(head, 8) as usize;
    let sum = checksum(big_endian, (0, 0), &head[..24]);
    if !(512..=65536).contains(&page_size) || !page_size.is_power_of_two() || !matches(head, 24, sum) {
        return;
    }
    let mut sum = sum;
    let mut waiting: Vec<(usize, &[u8])> = Vec::new();
    for frame in frames.chunks_exact(24 + page_size) {
        let (about, page) = frame.split_at(24);
        sum = checksum(big_endian, checksum(big_endian, sum, &about[..8]), page);
        if about[8..16] != head[16..24] || !matches(about, 16, sum) {
            return;
        }
        waiting.push((word(about, 0) as usize, page));
        let pages = word(about, 4) as usize;
        // Zero: the change goes on in the next frame.
        if pages == 0 {
            continue;
        }
        let Some(size) = pages.checked_mul(page_size).filter(|size| *size as u64 <= MAX_SIZE) else { return };
        database.resize(size, 0);
        for (number, page) in waiting.drain(..) {
            let at = number.saturating_sub(1) * page_size;
            if let Some(place) = database.get_mut(at..at + page_size) {
                place.copy_from_slice(page);
            }
        }
    }
}

fn word(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).map_or(0, |word| word.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte)))
}

fn matches(bytes: &[u8], at: usize, sum: (u32, u32)) -> bool {
    (word(bytes, at), word(bytes, at + 4)) == sum
}

/// The checksum of a log, which goes on from frame to frame.
fn checksum(big_endian: bool, sum: (u32, u32), bytes: &[u8]) -> (u32, u32) {
    bytes.chunks_exact(8).fold(sum, |(first, second), pair| {
        let of = |at| if big_endian { word(pair, at) } else { word(pair, at).swap_bytes() };
        let first = first.wrapping_add(of(0)).wrapping_add(second);
        (first, second.wrapping_add(of(4)).wrapping_add(first))
    })
}
