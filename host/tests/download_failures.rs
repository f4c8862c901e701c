//! How a download fails whose yt-dlp does not start, is killed, is old, or prints secrets: with a script in its place, and with the
//! real one.

use crate::sandbox::{Ran, Sandbox, VIDEO, token};
use crate::yt_dlp::yt_dlp;
use potbridge_test_support::executable;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Reads its options, and says that it is new.
const NEW: &str = "#!/bin/sh\n[ \"$1\" = --version ] && echo 2026.10.26 && exit\ncat >/dev/null\n";

const PROXIES: [&str; 6] =
    ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "http_proxy", "all_proxy"];

/// A potbridge with a token, and this program as yt-dlp.
fn with_program(program: &Path, extra: &[&str]) -> Sandbox {
    let sandbox = Sandbox::new();
    set_program(&sandbox, program, extra);
    sandbox
}

/// The same with a program of this text.
fn with_script(text: &[u8], extra: &[&str]) -> Sandbox {
    let sandbox = Sandbox::new();
    let program = sandbox.path("yt-dlp");
    executable::write(&program, text);
    set_program(&sandbox, &program, extra);
    sandbox
}

fn set_program(sandbox: &Sandbox, program: &Path, extra: &[&str]) {
    let dir = sandbox.path("videos");
    sandbox
        .configure(&format!("[download]\nyt_dlp = {program:?}\ndir = {dir:?}\nextra_options = {extra:?}\n"));
    sandbox.run(&["put", "--video", VIDEO], token().expose()).ends_with(0);
}

/// Downloads the video, with a change of the environment.
fn download(sandbox: &Sandbox, change: impl FnOnce(&mut Command)) -> (Ran, Value) {
    let mut command = sandbox.potbridge(&["download", "--json", VIDEO]);
    PROXIES.iter().for_each(|name| {
        command.env_remove(name);
    });
    change(&mut command);
    let ran = Ran(crate::deadline::output(command.spawn().unwrap()));
    let last = ran.stdout().lines().last().map(|line| serde_json::from_str(line).unwrap());
    (ran, last.unwrap_or_default())
}

#[test]
fn a_yt_dlp_that_does_not_begin_or_is_killed_says_so() {
    let killed = format!("{NEW}kill -9 $$");
    let unpacked = format!(
        "{NEW}echo '[PYI-693:ERROR] Failed to load Python shared library /x: failed to map segment from shared object' >&2\nexit 255"
    );
    for (program, code, message, hint) in [
        (killed.as_bytes(), "yt-dlp-killed", "signal 9", "memory"),
        (unpacked.as_bytes(), "yt-dlp-not-started", "failed to map segment", "TMPDIR"),
        (b"#!/nowhere/python3\n", "yt-dlp-not-started", "interpreter", "anew"),
        (b"\x7fELF, but no program", "yt-dlp-not-started", "yt-dlp", "anew"),
        (b"#!/bin/sh\nexec /nowhere/python3\n", "yt-dlp-not-started", "/nowhere/python3", "anew"),
    ] {
        let sandbox = with_script(program, &[]);
        let (ran, result) = download(&sandbox, |_| {});
        assert_eq!((ran.0.status.code(), &result["code"]), (Some(1), &code.into()), "{result}");
        assert!(result["message"].as_str().unwrap().contains(message), "{result}");
        let hint_given = result["hint"].as_str().unwrap_or_default();
        assert!(hint_given.contains(hint) && !hint_given.contains("pdate"), "{result}");
        assert!(!ran.stdout().contains("waiting-for-token"), "{result}");
    }
}

/// As where the runtime folder is on a file system without flocks.
#[cfg(target_os = "linux")]
#[test]
fn a_download_begins_where_nothing_can_be_locked() {
    use potbridge_test_support::refused_calls::{Call, with_refused_calls};
    for error in [libc::ENOSYS, libc::ENOLCK] {
        let sandbox = with_script(format!("{NEW}echo 'ERROR: something new' >&2\nexit 1\n").as_bytes(), &[]);
        let (ran, result) = with_refused_calls(&[(Call::Flock, error)], || download(&sandbox, |_| {}));
        assert_eq!(result["code"], "yt-dlp-failed", "{result} {}", ran.stderr());
        let log = fs::read_to_string(sandbox.path("state/potbridge.log")).unwrap();
        assert!(log.contains("cannot be locked"), "{log}");
    }
}

#[test]
fn only_an_old_yt_dlp_is_to_be_updated() {
    let fails = NEW.to_owned() + "echo 'ERROR: something new' >&2\nexit 1\n";
    for (version, update) in [("2026.10.26", false), ("2026.09.30", false), ("2026.02.01", true), ("", false)]
    {
        let sandbox = with_script(fails.replace("2026.10.26", version).as_bytes(), &[]);
        let (_, result) = download(&sandbox, |_| {});
        assert_eq!(result["code"], "yt-dlp-failed", "{result}");
        assert!(result["message"].as_str().unwrap().ends_with("something new."), "{result}");
        let hint = result["hint"].as_str().unwrap();
        if update {
            assert!(hint.contains("Update yt-dlp") && hint.contains(version), "{hint}");
        } else {
            let log = hint.rsplit(' ').next().unwrap().trim_end_matches('.');
            let log = fs::read_to_string(format!("{log}.log").replace(".log.log", ".log"));
            assert!(
                log.is_ok_and(|text| text.contains("something new")) && !hint.contains("pdate"),
                "{hint}"
            );
        }
    }
}

#[test]
fn a_broadcast_that_has_just_ended_asks_no_browser() {
    let about = r#"@@potbridge:about [{"id":"dQw4w9WgXcQ","title":"T","live_status":"post_live"}]"#;
    for line in [
        "fragment 1 not found, unable to continue",
        "unable to download video data: HTTP Error 403: Forbidden",
        "unable to download video data: HTTP Error 404: Not Found",
    ] {
        let fails = format!("{NEW}echo '{about}'\necho 'ERROR: {line}' >&2\nexit 1");
        let sandbox = with_script(fails.as_bytes(), &[]);
        let (ran, result) = download(&sandbox, |_| {});
        assert_eq!(result["code"], "just-ended", "{result}");
        assert!(!ran.stdout().contains("waiting-for-token"), "{result}");
        // The token is as good as before.
        sandbox.run(&["get", "--video", VIDEO], "").ends_with(0);
    }
}

/// All that a download leaves: what it prints, its log and record, and potbridge's own log.
fn all_of(sandbox: &Sandbox, ran: &Ran) -> String {
    let mut text = ran.stdout() + &ran.stderr();
    let mut folders = vec![sandbox.path("state"), sandbox.path("run")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else {
                text += &String::from_utf8_lossy(&fs::read(entry.path()).unwrap_or_default());
            }
        }
    }
    text
}

#[test]
fn passwords_are_in_no_log_no_message_and_no_record() {
    let password = format!("pw{}", &token().expose()[8..18]);
    let address = format!("user:{password}@host");
    let lines = format!(
        "[debug] Proxy map: {{'all': 'http://{address}'}}\n\
         [debug] | Stdin config: ['-v', '--proxy', 'http://{address}', '--add-headers', 'Cookie:{password}']\n\
         [debug] logged in with {password}\n\
         ERROR: Proxy \"{address}\" missing scheme"
    );
    let fails = format!("{NEW}cat >&2 <<'EOF'\n{lines}\nEOF\nexit 1\n");
    for (extra, variable) in [
        (&["-v", "--proxy", "http://user:PASSWORD@host"][..], None),
        (&["--proxy=http://user:PASSWORD@host"], None),
        (&["-v"], Some("HTTPS_PROXY")),
        (&["-v"], Some("all_proxy")),
    ] {
        let extra: Vec<_> = extra.iter().map(|word| word.replace("PASSWORD", &password)).collect();
        let extra: Vec<_> = extra.iter().map(String::as_str).collect();
        let sandbox = with_script(fails.as_bytes(), &extra);
        let (ran, result) = download(&sandbox, |command| {
            command.env("POTBRIDGE_LOG", "debug");
            if let Some(name) = variable {
                command.env(name, format!("http://{address}"));
            }
        });
        assert_eq!(result["code"], "no-network", "{result}");
        let named = variable.unwrap_or("--proxy");
        assert!(result["message"].as_str().unwrap().contains(named), "{result}");
        let all = all_of(&sandbox, &ran);
        assert!(
            all.contains("Proxy map: {'all': 'http://…@host'}") && all.contains("logged in with …"),
            "{named}"
        );
        assert!(!all.contains(&password), "{named}");
    }
}

#[test]
fn the_real_yt_dlp_blames_a_proxy_that_has_no_address() {
    for (variable, value, password) in [
        ("HTTPS_PROXY", "http://u:p@ss@[bad:9", "p@ss"),
        ("https_proxy", "http://user:s3cr3t-words@host:9x9", "s3cr3t-words"),
        ("ALL_PROXY", "ftp://user:s3cr3t-words@127.0.0.1:1", "s3cr3t-words"),
    ] {
        for extra in [&[][..], &["-v"]] {
            let sandbox = with_program(&yt_dlp(), extra);
            let (ran, result) = download(&sandbox, |command| {
                command.env(variable, value);
            });
            assert_eq!(result["code"], "no-network", "{value}: {result}");
            let message = result["message"].as_str().unwrap();
            assert!(message.contains(variable), "{message}");
            assert!(result["hint"].as_str().unwrap().contains(variable), "{result}");
            assert!(!all_of(&sandbox, &ran).contains(password), "{value} {extra:?}");
        }
    }
}

#[test]
fn the_real_yt_dlp_blames_whatever_proxy_it_cannot_use() {
    for address in [
        "http://user:s3cr3t-words@[::1:9",
        "http://user:s3cr3t-words@ho st:3128",
        "http://user:s3cr3t-words@a..b:1",
        "http:/user:s3cr3t-words@h",
        "socks9://user:s3cr3t-words@h:1",
        "socks5://user:s3cr3t-words@127.0.0.1:99999",
    ] {
        for (extra, variable) in [(&["-v"][..], "HTTPS_PROXY"), (&["-v", "--proxy", address], "--proxy")] {
            let sandbox = with_program(&yt_dlp(), extra);
            let (ran, result) = download(&sandbox, |command| {
                if variable == "HTTPS_PROXY" {
                    command.env(variable, address);
                }
            });
            assert_eq!(result["code"], "no-network", "{address}: {result}");
            let message = result["message"].as_str().unwrap();
            assert!(message.contains(variable) && message.contains("no address of a proxy"), "{message}");
            assert!(!all_of(&sandbox, &ran).contains("s3cr3t"), "{address} {variable}");
        }
    }
}

/// yt-dlp takes these as they are.
#[test]
fn the_real_yt_dlp_shows_no_password_with_unusual_characters() {
    for address in [
        "http://us3r:a s3cr3t@127.0.0.1:1",
        "us3r:a#s3cr3t@127.0.0.1:1",
        "http://us3r:a/s3cr3t@127.0.0.1:1",
        "socks5://us3r:a?s3cr3t@127.0.0.1:1",
        r"http://us3r:a '\s3cr3t@127.0.0.1:1",
    ] {
        for extra in [&["-v"][..], &["-v", "--proxy", address]] {
            let sandbox = with_program(&yt_dlp(), extra);
            let (ran, result) = download(&sandbox, |command| {
                command.env("HTTPS_PROXY", address).env("FTP_PROXY", address);
            });
            assert_eq!(result["code"], "no-network", "{address}: {result}");
            let all = all_of(&sandbox, &ran);
            assert!(all.contains("Proxy map: {") && all.contains("…@127.0.0.1:1"), "{all}");
            assert!(!all.contains("s3cr3t"), "{address} {extra:?}: {all}");
        }
    }
}

#[test]
#[cfg(target_os = "linux")]
fn without_proc_and_a_folder_for_temporary_files_yt_dlp_is_run() {
    use potbridge_test_support::namespace::{may_mount, mount};
    if !may_mount(module_path!(), "without_proc_and_a_folder_for_temporary_files_yt_dlp_is_run") {
        return;
    }
    let sandbox = with_script(format!("{NEW}echo 'ERROR: it was run' >&2\nexit 1\n").as_bytes(), &[]);
    mount(&["-t", "tmpfs", "tmpfs"], Path::new("/proc"));
    let (_, result) = download(&sandbox, |command| {
        command.env("TMPDIR", "/no/such/dir");
    });
    assert!(result["message"].as_str().unwrap().contains("it was run"), "{result}");
}
