//! What a journal holds.
//!
//! A mark, three lengths, the name of the file, its old bytes, its new bytes, and a checksum of all that. The old bytes
//! have the length `u64::MAX` if there was no file.

use std::io::{self, Write};

const MARK: &[u8] = b"atomic-file journal 1\n";
const NUMBER: usize = size_of::<u64>();

/// The content of a journal that was written whole.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Content<'a> {
    /// The name of the file, or its path.
    pub(super) name: &'a [u8],
    /// `None` if there was no file.
    pub(super) old: Option<&'a [u8]>,
    pub(super) new: &'a [u8],
}

impl<'a> Content<'a> {
    pub(super) fn write(&self, to: impl Write) -> io::Result<()> {
        let mut to = Summed { to, sum: Checksum::new() };
        to.write_all(MARK)?;
        for length in [Some(self.name.len()), self.old.map(<[u8]>::len), Some(self.new.len())] {
            to.write_all(&length.map_or(u64::MAX, |length| length as u64).to_le_bytes())?;
        }
        for part in [self.name, self.old.unwrap_or_default(), self.new] {
            to.write_all(part)?;
        }
        let sum = to.sum.0.to_le_bytes();
        to.to.write_all(&sum)
    }

    /// `None` if `bytes` are not all that a writer wrote.
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (summed, sum) = bytes.split_last_chunk::<NUMBER>()?;
        let mut checksum = Checksum::new();
        checksum.add(summed);
        if checksum.0 != u64::from_le_bytes(*sum) {
            return None;
        }
        let mut rest = summed.strip_prefix(MARK)?;
        let mut lengths = [0; 3];
        for length in &mut lengths {
            let (number, after) = rest.split_first_chunk::<NUMBER>()?;
            (*length, rest) = (u64::from_le_bytes(*number), after);
        }
        let [name, old, new] = lengths;
        let existed = old != u64::MAX;
        let mut part = |length: u64| {
            let (part, after) = rest.split_at_checked(usize::try_from(length).ok()?)?;
            rest = after;
            Some(part)
        };
        let name = part(name)?;
        let old = if existed { Some(part(old)?) } else { None };
        let new = part(new)?;
        rest.is_empty().then_some(Self { name, old, new })
    }
}

/// FNV-1a. It tells a journal that was written whole from one that was not, and names journals. It keeps no secret.
pub(super) struct Checksum(pub(super) u64);

impl Checksum {
    pub(super) const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    pub(super) fn add(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}

struct Summed<W> {
    to: W,
    sum: Checksum,
}

impl<W: Write> Write for Summed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.sum.add(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::Content;

    #[test]
    fn only_a_whole_journal_is_one() {
        for old in [None, Some(&b""[..]), Some(b"A=1\n")] {
            let content = Content { name: b".env", old, new: b"A=2\n" };
            let mut bytes = Vec::new();
            content.write(&mut bytes).unwrap();
            assert_eq!(Content::parse(&bytes), Some(content));
            for length in 0..bytes.len() {
                assert_eq!(Content::parse(&bytes[..length]), None, "{length}");
                let mut changed = bytes.clone();
                changed[length] ^= 1;
                assert_eq!(Content::parse(&changed), None, "{length}");
            }
        }
    }
}
