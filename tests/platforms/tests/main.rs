//! The one test program of the crate: potbridge as it is built for other systems than this one, and run here.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "tests")]

mod arm_linux;
mod home;
mod installation;
mod platform;
mod programs;
mod static_linux;
mod token_way;
mod windows;
mod wine;
