//! Which versions of messages work together.

/// How many versions two partners may be apart.
const APART: u32 = 1;

/// Who must be updated so that two partners understand each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TooOld {
    /// The one who asks.
    We,
    /// The other one.
    They,
}

/// The version that two partners speak with each other: the older one's, which the newer one still knows.
///
/// So a partner that is updated first works on with the other. A change that the version before cannot live with raises
/// the version by two.
///
/// # Errors
/// Who is too old for the other.
pub fn agree(ours: u32, theirs: u32) -> Result<u32, TooOld> {
    if ours.abs_diff(theirs) <= APART {
        Ok(ours.min(theirs))
    } else if ours < theirs {
        Err(TooOld::We)
    } else {
        Err(TooOld::They)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_speak_the_older_ones_version() {
        assert_eq!([3, 4, 5].map(|theirs| agree(4, theirs)), [Ok(3), Ok(4), Ok(4)]);
    }

    #[test]
    fn of_others_the_older_one_is_named() {
        assert_eq!([0, 2].map(|theirs| agree(4, theirs)), [Err(TooOld::They); 2]);
        assert_eq!([6, u32::MAX].map(|theirs| agree(4, theirs)), [Err(TooOld::We); 2]);
    }
}
