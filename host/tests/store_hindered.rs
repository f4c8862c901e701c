//! A store that cannot be used as it is meant to be.
