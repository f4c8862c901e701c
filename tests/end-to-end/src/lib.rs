//! potbridge tried whole: a real browser with the built extension, the built host, a `.env`, and the stand-in for
//! YouTube.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends where something fails")]

pub mod downloads;
pub mod trial;
pub mod watch;

pub use trial::Trial;

/// Writes one test for each browser family: `both!(name)` calls `fn name(family)` as `name::chromium` and
/// `name::firefox`.
#[macro_export]
macro_rules! both {
    ($($name:ident),+ $(,)?) => { $(
        mod $name {
            #[test]
            fn chromium() {
                super::$name($crate::trial::Family::Chromium);
            }

            #[test]
            fn firefox() {
                super::$name($crate::trial::Family::Firefox);
            }
        }
    )+ };
}
