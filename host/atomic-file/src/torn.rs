//! Whether a write in place was interrupted, told by what the file holds.

/// What is written to a disk whole even if its power fails.
const SECTOR: usize = 512;

/// Whether a write of `new` over `old` could have left `found`, and not finished.
///
/// A killed process leaves the first bytes of `new` and the rest of `old`. If the power failed, the disk has some sectors
/// of each, in any order, and zeros where `old` had nothing. `old` is `None` if the writer was to make the file.
pub(crate) fn is_torn(found: &[u8], old: Option<&[u8]>, new: &[u8]) -> bool {
    if Some(found) == old || found == new {
        return false;
    }
    let old = old.unwrap_or_default();
    let length = found.len();
    let grows = (old.len()..=new.len()).contains(&length);
    let shrinks = length == old.len() || length == new.len();
    (grows || shrinks)
        && found
            .chunks(SECTOR)
            .enumerate()
            .all(|(index, sector)| is_mixture(sector, index * SECTOR, old, new))
}

/// Whether a sector begins with bytes of `new` and goes on with bytes of `old`.
fn is_mixture(sector: &[u8], at: usize, old: &[u8], new: &[u8]) -> bool {
    let of_new = sector.iter().zip(new.iter().skip(at)).take_while(|(found, new)| found == new).count();
    let rest = old.iter().skip(at + of_new).chain(std::iter::repeat(&0));
    sector[of_new..].iter().zip(rest).all(|(found, old)| found == old)
}

#[cfg(test)]
mod tests {
    use super::is_torn;

    #[test]
    fn every_moment_of_a_write_is_known() {
        let (short, long) = (&b"A=1\nTOKEN=new\n"[..], &b"A=1\nTOKEN=old and longer\nB=2\n"[..]);
        for (old, new) in [(short, long), (long, short), (&b""[..], long)] {
            for written in 0..=new.len() {
                let mut found = new[..written].to_vec();
                found.extend(old.iter().skip(written));
                assert_eq!(is_torn(&found, Some(old), new), found != old && found != new, "{written}");
            }
        }
    }

    #[test]
    fn sectors_of_a_power_failure_are_known_in_any_order() {
        let (old, new) = (vec![b'o'; 2000], vec![b'n'; 3000]);
        let mut found = new.clone();
        found[..512].fill(b'o');
        found[2000..2560].fill(0);
        assert!(is_torn(&found, Some(&old), &new));
    }

    #[test]
    fn a_file_that_was_to_be_made_may_still_be_empty() {
        assert!(is_torn(b"", None, b"A=1\n"));
        assert!(is_torn(b"A=", None, b"A=1\n"));
        assert!(!is_torn(b"A=1\n", None, b"A=1\n") && !is_torn(b"", None, b""));
    }

    #[test]
    fn what_somebody_wrote_since_is_not_torn() {
        let (old, new) = (b"A=1\nTOKEN=old\n", b"A=1\nTOKEN=newer\n");
        for found in [
            &b"A=1\nTOKEN=theirs\n"[..],
            b"A=1\nTOKEN=oldB=2\n\n",
            b"A=1\nTOKEN=newer\nB=2\n",
            b"A=1\n",
            b"",
            b"A=2\nTOKEN=old\n",
        ] {
            assert!(!is_torn(found, Some(old), new), "{}", String::from_utf8_lossy(found));
        }
    }
}
