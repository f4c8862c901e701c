//! The one test program of the crate: a module for each command or behaviour, and for each helper.

#![allow(clippy::unwrap_used, reason = "tests")]
#![cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "helpers of tests for Linux"))]

mod clear;
mod config;
mod download;
mod download_options;
mod download_output;
mod extra_options;
mod get;
mod help;
mod log;
mod modules;
mod native;
mod private_windows;
mod protocol_page;
mod put;
mod sandbox;
mod serve;
mod serve_refusals;
mod server;
mod sink;
mod status;
mod status_check;
mod status_places;
mod test_sink;
mod thrown_away;
mod unnamed;
mod wrong_arguments;
mod yt_dlp;

#[cfg(unix)]
mod config_links;
#[cfg(unix)]
mod control_socket;
#[cfg(unix)]
mod download_failures;
#[cfg(unix)]
mod download_terminal;
#[cfg(unix)]
mod fairness;
#[cfg(unix)]
mod folders;
#[cfg(unix)]
mod playlist;
#[cfg(unix)]
mod recipes;
#[cfg(unix)]
mod refused;
mod replaced;
#[cfg(unix)]
mod run;
#[cfg(unix)]
mod run_watch;
#[cfg(unix)]
mod runner;
#[cfg(unix)]
mod serve_program;
#[cfg(unix)]
mod slow_sinks;
#[cfg(unix)]
mod token_requests;
#[cfg(unix)]
mod version_control;
#[cfg(unix)]
mod waiting;

#[cfg(target_os = "linux")]
mod consent;
#[cfg(target_os = "linux")]
mod delivery_locked;
#[cfg(target_os = "linux")]
mod diagnosis;
#[cfg(target_os = "linux")]
mod due;
#[cfg(unix)]
mod expired;
#[cfg(target_os = "linux")]
mod fake_browser;
#[cfg(target_os = "linux")]
mod interrupted;
#[cfg(target_os = "linux")]
mod last_resort;
#[cfg(target_os = "linux")]
mod own_browser;
#[cfg(target_os = "linux")]
mod own_browser_asked;
#[cfg(unix)]
mod own_plugin;
#[cfg(target_os = "linux")]
mod pid_namespaces;
#[cfg(target_os = "linux")]
mod registration;
#[cfg(target_os = "linux")]
mod restored;
#[cfg(target_os = "linux")]
mod run_becomes;
#[cfg(target_os = "linux")]
mod run_end;
#[cfg(target_os = "linux")]
mod run_lives_on;
#[cfg(target_os = "linux")]
mod run_service;
#[cfg(target_os = "linux")]
mod run_terminal;
#[cfg(target_os = "linux")]
mod run_without;
#[cfg(target_os = "linux")]
mod runtime_folder;
#[cfg(target_os = "linux")]
mod servers;
#[cfg(target_os = "linux")]
mod silence;
#[cfg(target_os = "linux")]
mod sinks_elsewhere;
#[cfg(target_os = "linux")]
mod started_wrongly;
#[cfg(target_os = "linux")]
mod store_damaged;
#[cfg(target_os = "linux")]
mod store_fails;
#[cfg(target_os = "linux")]
mod store_hindered;
#[cfg(target_os = "linux")]
mod style;
#[cfg(target_os = "linux")]
mod sudo;
#[cfg(target_os = "linux")]
mod taken_over;

use potbridge_test_support::deadline;
