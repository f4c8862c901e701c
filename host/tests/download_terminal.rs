//! What `potbridge download` shows on a terminal of texts by others, and where it puts its files.

use crate::runner::terminal::Terminal;
use crate::sandbox::{Sandbox, VIDEO, token};
use potbridge_test_support::executable;
use std::fs;
use std::path::PathBuf;

/// Characters that command a terminal or turn the direction of writing, and none of which a program of ours writes.
const BAD: [char; 8] = ['\u{9b}', '\u{85}', '\u{202e}', '\u{2066}', '\u{200f}', '\u{7}', '\u{8}', '\u{61c}'];

/// A potbridge with a token, whose yt-dlp is this script.
fn sandbox(script: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    let program = sandbox.path("yt-dlp");
    let work = "for word; do case $word in home:*) WORK=${word#home:}; mkdir -p \"$WORK\";; esac; done";
    executable::write(&program, format!("#!/bin/sh\ncat >/dev/null\n{work}\n{script}\n"));
    let dir = sandbox.path("a\u{202e}b");
    sandbox.configure(&format!("[download]\nyt_dlp = {program:?}\ndir = \"{}\"\n", dir.display()));
    sandbox.run(&["put", "--video", VIDEO], token().expose()).ends_with(0);
    sandbox
}

/// What a terminal shows of a command, to its end.
fn shown(sandbox: &Sandbox, arguments: &str) -> String {
    let script = format!("\"$POTBRIDGE\" {arguments}; echo en''ded");
    let mut terminal = Terminal::with(sandbox, &["bash", "-c", &script].map(str::to_owned));
    terminal.shows("ended")
}

#[test]
fn no_text_by_others_commands_a_terminal() {
    let title = r"a\u009b31mred \u202egpj \u2066x \u0007y";
    let sandbox = sandbox(&format!(
        r#"
echo '@@potbridge:info [{{"id":"{VIDEO}","title":"{title}","format_id":"18"}}, []]'
printf '@@potbridge:name 360 a\302\23331mred \342\200\256gpj\n'
printf "WARNING: Unable to download video subtitles for 'd\342\200\256e': HTTP Error 429: \302\23331m\n" >&2
printf x > "$WORK/{VIDEO}.18.mp4"
echo "@@potbridge:file \"$WORK/{VIDEO}.18.mp4\""
"#
    ));
    let name = format!("a31mred gpj [{VIDEO}] 360p.mp4");
    for arguments in ["", "--preset audio --json"] {
        let shown = shown(&sandbox, &format!("download {VIDEO} {arguments}"));
        assert!(shown.contains("a\u{fffd}b"), "{shown:?}");
        assert!(BAD.iter().all(|bad| !shown.contains(*bad)), "{shown:?}");
    }
    // A program gets the path as it is.
    fs::remove_file(sandbox.path("a\u{202e}b").join(&name)).unwrap();
    let ran = sandbox.run(&["download", VIDEO], "").ends_with(0);
    let path = PathBuf::from(ran.stdout().trim_end_matches('\n'));
    assert_eq!(path, sandbox.path("a\u{202e}b").join(name));
    assert!(path.is_file() && BAD.iter().all(|bad| !ran.stderr().contains(*bad)), "{:?}", ran.stderr());
}

#[test]
fn an_error_by_others_commands_no_terminal() {
    let sandbox = sandbox(
        r#"printf 'ERROR: [youtube] x: a\302\23331m \342\200\256b \342\201\246c\033[31m\n' >&2; exit 1"#,
    );
    for arguments in ["", "--json"] {
        let shown = shown(&sandbox, &format!("download {VIDEO} {arguments}"));
        assert!(shown.contains("31m"), "{shown:?}");
        assert!(BAD.iter().all(|bad| !shown.contains(*bad)) && !shown.contains("\u{1b}[31m "), "{shown:?}");
    }
}

#[test]
fn a_tilde_that_the_shell_left_is_the_home_folder() {
    let sandbox = sandbox(r#"printf x > "$WORK/x.mp4"; echo "@@potbridge:file \"$WORK/x.mp4\"""#);
    let (home, here) = (sandbox.path("home"), sandbox.path("here"));
    fs::create_dir(&home).unwrap();
    fs::create_dir(&here).unwrap();
    let run = |dir: &str| {
        let mut command = sandbox.potbridge(&["download", VIDEO, &format!("--dir={dir}")]);
        command.env("HOME", &home).current_dir(&here).output().unwrap()
    };
    let ended = run("~/a/b");
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    let path = PathBuf::from(String::from_utf8(ended.stdout).unwrap().trim_end());
    assert!(path.starts_with(home.join("a/b")) && path.is_file(), "{}", path.display());
    let ended = run("~somebody/x");
    let said = String::from_utf8(ended.stderr).unwrap();
    assert!(ended.status.code() == Some(2) && said.contains("~somebody/x"), "{said}");
    assert_eq!(fs::read_dir(&here).unwrap().count(), 0);
}
