//! potbridge tried whole: a real browser with the built extension, the built host, a `.env`, and the stand-in for
//! YouTube.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends where something fails")]

pub mod animation;
pub mod arrivals;
pub mod attention;
pub mod connection;
pub mod display;
pub mod downloads;
pub mod forged;
pub mod on_demand;
pub mod own_browser;
pub mod pictures;
pub mod popup;
pub mod process;
pub mod sabr;
pub mod setup;
pub mod streams;
pub mod tab;
pub mod trial;
pub mod truth;
mod used_profile;
pub mod watch;

/// Writes one test for each browser family.
///
/// `both!(name)` calls `fn name(family)` as `name::chromium` and `name::firefox`.
#[macro_export]
macro_rules! both {
    ($($name:ident),+ $(,)?) => { $(
        mod $name {
            #[test]
            fn chromium() {
                super::$name($crate::setup::Family::Chromium);
            }

            #[test]
            fn firefox() {
                super::$name($crate::setup::Family::Firefox);
            }
        }
    )+ };
}
