//! Commands that ask the browser for a token, over the control socket of its host.

use crate::sandbox::on_demand::{
    TOKEN_REQUEST, accepting, accepts, bring, ended, get, pause, sockets, token_request,
};
use crate::sandbox::{Sandbox, VIDEO, captured, hello, now, token};
use potbridge_protocol::messages::ipc::{IPC_VERSION, IpcRequest, TokenRequest};
use potbridge_protocol::{VideoId, frame};
use serde_json::{Value, json};
use std::fs;
#[cfg(target_os = "linux")]
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;
#[cfg(target_os = "linux")]
use std::process::Command;
use std::time::{Duration, Instant};

/// What `get` says on standard error if there is no token for [`VIDEO`].
fn none(why: &str, hint: Option<&str>) -> String {
    let hint = hint.map_or_else(String::new, |hint| format!("hint: {hint}\n"));
    format!("error: there is no token for the video {VIDEO}: {why}\n{hint}")
}

#[test]
fn a_control_socket_that_cannot_be_opened_is_tried_again() {
    let sandbox = Sandbox::new();
    // A file is in the place of the folder of the sockets.
    fs::create_dir(sandbox.path("run")).unwrap();
    fs::write(sandbox.path("run/ipc"), "").unwrap();
    let mut browser = sandbox.firefox();
    browser.ask(&hello());
    browser.send(&json!({"type": "accept-token-requests", "accept": true}));
    let token = token();
    browser.send(&captured("1", &token, VIDEO, now()));
    // Nothing else suffers from it, and no message takes the host for one that refuses.
    assert_eq!(browser.receive_type("stored")["id"], json!("1"));
    let log = fs::read_to_string(sandbox.path("state/potbridge.log")).unwrap();
    assert!(log.contains("control socket"), "{log}");
    fs::remove_file(sandbox.path("run/ipc")).unwrap();
    browser.send(&json!({"type": "status"}));
    browser.receive_type("status");
    // The socket is opened after the answer, and before the next one.
    browser.send(&json!({"type": "status"}));
    browser.receive_type("status");
    assert_eq!(sockets(&sandbox).len(), 1);
}

#[test]
fn the_browser_is_asked_if_the_store_has_no_token() {
    let sandbox = Sandbox::new();
    let mut browser = accepting(&sandbox, "p");
    let get = get(&sandbox, VIDEO);
    let request = token_request(&mut browser);
    assert_eq!((&request["video_id"], &request["client"]), (&json!(VIDEO), &json!("get")));
    assert_eq!((&request["music"], &request["bypass_cache"]), (&json!(false), &json!(false)));
    assert!(request["timeout_ms"].as_u64().unwrap() <= 60_000);
    let token = token();
    bring(&mut browser, &token, VIDEO);
    assert!(ended(get).ends_with(0).stdout().trim() == token.expose());
    // Now the store has it, and the browser is not asked.
    let again = sandbox.run(&["get", "--video", VIDEO, "--wait", "60", "--json"], "").ends_with(0);
    assert!(again.json()["token"] == token.expose());
}

#[test]
fn a_bypassed_cache_asks_the_browser_for_another_token() {
    let sandbox = Sandbox::new();
    let mut browser = accepting(&sandbox, "p");
    let (known, new) = (token(), token());
    bring(&mut browser, &known, VIDEO);
    let get = ["get", "--video", VIDEO, "--wait", "60", "--bypass-cache"];
    let get = sandbox.potbridge(&get).spawn().unwrap();
    assert_eq!(token_request(&mut browser)["bypass_cache"], json!(true));
    bring(&mut browser, &new, VIDEO);
    assert!(ended(get).ends_with(0).stdout().trim() == new.expose());
}

#[test]
fn a_media_token_counts_once_its_video_is_known() {
    let sandbox = Sandbox::new();
    let mut browser = accepting(&sandbox, "p");
    let get = get(&sandbox, VIDEO);
    token_request(&mut browser);
    let (token, cpn) = (token(), "v1UkTGH4VTcYKma_");
    let mut media = captured("m", &token, VIDEO, now());
    media["capture"]["context"] = json!("gvs");
    media["capture"]["source"] = json!("sabr");
    media["capture"]["cpn"] = json!(cpn);
    media["capture"]["binding"] = json!({"certainty": "guess"});
    assert_eq!(browser.ask(&media)["type"], "stored");
    let playing = json!({"cpn": cpn, "video_id": VIDEO, "session": {"profile": "p"}, "at": now()});
    assert_eq!(browser.ask(&json!({"type": "playing", "id": "p", "playing": playing}))["type"], "noted");
    assert!(ended(get).ends_with(0).stdout().trim() == token.expose());
}

#[test]
fn get_says_why_the_browser_brings_no_token() {
    let sandbox = Sandbox::new();
    let mut browser = accepting(&sandbox, "p");
    let waiting = get(&sandbox, VIDEO);
    let request = token_request(&mut browser);
    browser.send(
        &json!({"type": "token-request-failed", "id": request["id"], "code": "not-playable", "message": "Video unavailable"}),
    );
    let ran = ended(waiting).ends_with(3);
    assert_eq!(ran.stderr(), none("Video unavailable", None));

    accepts(&mut browser, false);
    let ran = ended(get(&sandbox, VIDEO)).ends_with(3);
    assert_eq!(
        ran.stderr(),
        none("token requests are turned off in the extension's popup", Some("turn them on there"))
    );
}

#[test]
fn a_browser_that_is_paused_is_asked_last_and_says_so() {
    let sandbox = Sandbox::new();
    let (mut first, mut second) = (accepting(&sandbox, "first"), accepting(&sandbox, "second"));
    bring(&mut first, &token(), "aaaaaaaaaaa");
    pause(&mut first, true);
    let waiting = get(&sandbox, VIDEO);
    token_request(&mut second);
    let token = token();
    bring(&mut second, &token, VIDEO);
    assert!(ended(waiting).ends_with(0).stdout().trim() == token.expose());

    pause(&mut second, true);
    let ran = ended(get(&sandbox, "bbbbbbbbbbb")).ends_with(3);
    let said = "potbridge is paused in that browser\nhint: resume it there\n";
    assert!(ran.stderr().ends_with(said), "{}", ran.stderr());
    let ran = sandbox.run(&["get", "--video", "bbbbbbbbbbb", "--wait", "5", "--json"], "").ends_with(3);
    assert_eq!(ran.json()["code"], "capture-paused");
    assert_eq!(sandbox.run(&["status"], "").stdout().matches(", paused").count(), 2);

    pause(&mut second, false);
    let waiting = get(&sandbox, "bbbbbbbbbbb");
    token_request(&mut second);
    bring(&mut second, &token, "bbbbbbbbbbb");
    ended(waiting).ends_with(0);
}

#[test]
fn get_waits_no_longer_than_it_may() {
    let sandbox = Sandbox::new();
    let mut browser = accepting(&sandbox, "p");
    let get = sandbox.potbridge(&["get", "--video", VIDEO, "--wait", "1"]).spawn().unwrap();
    token_request(&mut browser);
    let ran = ended(get).ends_with(3);
    assert_eq!(
        ran.stderr(),
        none(
            "the browser's player sent none within 1 s",
            Some("play the video in that browser for a few seconds")
        )
    );
}

#[test]
fn a_browser_that_closes_ends_the_waiting() {
    let sandbox = Sandbox::new();
    let mut browser = accepting(&sandbox, "p");
    let get = ["get", "--video", VIDEO, "--wait", "60", "--wait-for-browser", "0"];
    let get = sandbox.potbridge(&get).spawn().unwrap();
    token_request(&mut browser);
    browser.close();
    let ran = ended(get).ends_with(3);
    assert_eq!(
        ran.stderr(),
        none("the browser was closed, or its host did not answer in time", Some("open the browser again"))
    );
    assert!(sockets(&sandbox).is_empty(), "a closed host leaves no socket");
}

#[test]
fn the_socket_of_a_killed_host_is_removed() {
    let sandbox = Sandbox::new();
    let mut browser = accepting(&sandbox, "p");
    browser.host.kill().unwrap();
    browser.host.wait().unwrap();
    assert_eq!(sockets(&sandbox).len(), 1);
    let get = ["get", "--video", VIDEO, "--wait", "60", "--wait-for-browser", "0"];
    let ran = sandbox.run(&get, "").ends_with(3);
    assert_eq!(
        ran.stderr(),
        none(
            "no browser is connected whose extension could be asked",
            Some("open the browser that has the extension, or play the video in it")
        )
    );
    assert!(sockets(&sandbox).is_empty());
}

#[test]
fn the_browser_that_was_active_last_is_asked() {
    let sandbox = Sandbox::new();
    let (mut first, mut second) = (accepting(&sandbox, "first"), accepting(&sandbox, "second"));
    bring(&mut second, &token(), "aaaaaaaaaaa");
    bring(&mut first, &token(), "bbbbbbbbbbb");
    let get = get(&sandbox, VIDEO);
    assert_eq!(token_request(&mut first)["video_id"], VIDEO);
    let token = token();
    bring(&mut first, &token, VIDEO);
    assert!(ended(get).ends_with(0).stdout().trim() == token.expose());
    let (_, said) = second.close();
    assert!(!said.contains(TOKEN_REQUEST), "both were asked");
}

#[test]
fn many_commands_at_once_each_get_their_token() {
    let sandbox = Sandbox::new();
    let mut browser = accepting(&sandbox, "p");
    let ten: Vec<_> = (0..10).map(|number| format!("video{number:06}")).collect();
    let tokens: Vec<_> = ten.iter().map(|_| token()).collect();
    let gets: Vec<_> = ten.iter().map(|video| get(&sandbox, video)).collect();
    for _ in &ten {
        token_request(&mut browser);
    }
    for (video, token) in ten.iter().zip(&tokens) {
        bring(&mut browser, token, video);
    }
    for (get, token) in gets.into_iter().zip(&tokens) {
        assert!(ended(get).ends_with(0).stdout().trim() == token.expose());
    }
    let twenty: Vec<_> = (0..20).map(|_| get(&sandbox, VIDEO)).collect();
    for _ in &twenty {
        assert_eq!(token_request(&mut browser)["video_id"], VIDEO);
    }
    let one = token();
    bring(&mut browser, &one, VIDEO);
    for get in twenty {
        assert!(ended(get).ends_with(0).stdout().trim() == one.expose());
    }
}

#[test]
fn a_token_of_a_visitor_is_given_for_that_visitor_alone() {
    let sandbox = Sandbox::new();
    let mut browser = sandbox.firefox();
    let (content_binding, of_video) = (token(), token());
    let visitor = "CgtmSzRyTVlHM09aTCiYl8fABjIKCgJJThIEGgAgaA%3D%3D";
    let mut session = captured("1", &content_binding, VIDEO, now());
    session["capture"]["binding"] =
        json!({"visitor_data": visitor, "certainty": "certain", "content_bound": false});
    browser.ask(&session);
    let mut video = captured("2", &of_video, "aaaaaaaaaaa", now());
    video["capture"]["binding"]["visitor_data"] = json!(visitor);
    video["capture"]["binding"]["content_bound"] = json!(true);
    browser.ask(&video);
    for (kind, binding) in [
        ("visitor-data", visitor),
        ("visitor-data", "CgtmSzRyTVlHM09aTCiYl8fABjIKCgJJThIEGgAgaA=="),
        ("visitor-id", "fK4rMYG3OZL"),
    ] {
        let ran = sandbox.run(&["get", "--content-binding", kind], binding).ends_with(0);
        assert!(ran.stdout().trim() == content_binding.expose(), "{kind}");
    }
    for (kind, binding, why) in [
        ("visitor-data", "CgtZSzRyTVlHM09aTCiYl8fABjIKCgJJThIEGgAgaA==", "for this visitor"),
        ("visitor-id", "AAAAAAAAAAA", "for this visitor"),
        ("data-sync-id", "123456789012345678901||", "account"),
    ] {
        let ran = sandbox.run(&["get", "--content-binding", kind], binding).ends_with(3);
        assert!(ran.stderr().contains(why) && !ran.stderr().contains(binding), "{kind}: {}", ran.stderr());
    }
}

#[test]
fn a_store_in_the_hosts_memory_is_asked_over_the_socket() {
    let sandbox = Sandbox::new();
    sandbox.configure("[store]\npath = \":memory:\"\n");
    let mut browser = accepting(&sandbox, "p");
    let token = token();
    bring(&mut browser, &token, VIDEO);
    let ran = sandbox.run(&["get", "--video", VIDEO, "--wait", "5"], "").ends_with(0);
    assert!(ran.stdout().trim() == token.expose());
}

#[test]
fn without_time_no_browser_is_asked() {
    let sandbox = Sandbox::new();
    let browser = accepting(&sandbox, "p");
    let mut socket = UnixStream::connect(&sockets(&sandbox)[0]).unwrap();
    let hello = json!({"type": "hello", "ipc": IPC_VERSION, "version": "9.0.0"});
    let request = TokenRequest { video_id: VideoId::new(VIDEO).ok(), ..TokenRequest::default() };
    for (message, answers) in [
        (hello, "hello"),
        (serde_json::to_value(IpcRequest::TokenRequest(Box::new(request))).unwrap(), "failed"),
    ] {
        frame::write(&mut socket, &message).unwrap();
        let answer: Value =
            serde_json::from_slice(&frame::read(&mut socket, 65536).unwrap().unwrap()).unwrap();
        assert_eq!(answer["type"], answers, "{answer}");
    }
    let (_, said) = browser.close();
    assert!(!said.contains(TOKEN_REQUEST), "{said}");
}

#[test]
fn another_ipc_version_is_understood_or_told_which_side_to_update() {
    let sandbox = Sandbox::new();
    let _browser = accepting(&sandbox, "p");
    let hello = |ipc: u32| -> Value {
        let mut socket = UnixStream::connect(&sockets(&sandbox)[0]).unwrap();
        frame::write(&mut socket, &json!({"type": "hello", "ipc": ipc, "version": "9.0.0"})).unwrap();
        serde_json::from_slice(&frame::read(&mut socket, 65536).unwrap().unwrap()).unwrap()
    };
    for neighbour in [IPC_VERSION - 1, IPC_VERSION + 1] {
        assert_eq!(hello(neighbour)["type"], "hello");
    }
    let program = env!("CARGO_BIN_EXE_potbridge");
    for (ipc, code) in [(IPC_VERSION - 2, "update-command"), (IPC_VERSION + 2, "update-host")] {
        let answer = hello(ipc);
        assert_eq!((&answer["type"], &answer["code"]), (&json!("failed"), &json!(code)));
        for (of, said) in [("message", "9.0.0"), ("message", env!("CARGO_PKG_VERSION")), ("hint", program)] {
            assert!(answer[of].as_str().unwrap().contains(said), "{answer}");
        }
    }
}

#[test]
fn a_malformed_message_harms_nobody() {
    let sandbox = Sandbox::new();
    let mut browser = accepting(&sandbox, "p");
    for bytes in [&b"\xff\xff\xff\xff"[..], b"GET / HTTP/1.1\r\n\r\n", b"\x02\x00\x00\x00{]", b""] {
        use std::io::Write as _;
        let mut socket = UnixStream::connect(&sockets(&sandbox)[0]).unwrap();
        socket.write_all(bytes).unwrap();
    }
    let get = get(&sandbox, VIDEO);
    token_request(&mut browser);
    let token = token();
    bring(&mut browser, &token, VIDEO);
    assert!(ended(get).ends_with(0).stdout().trim() == token.expose());
}

#[cfg(target_os = "linux")]
#[test]
fn another_user_cannot_use_the_control_socket() {
    if !rustix::process::geteuid().is_root() {
        eprintln!("not tried: only root can become another user");
        return;
    }
    let sandbox = Sandbox::new();
    let mut browser = accepting(&sandbox, "p");
    bring(&mut browser, &token(), VIDEO);
    let socket = sockets(&sandbox).remove(0);
    // Perl is a part of every Debian, and everybody may run it.
    let connect = "use Socket; socket(my $s, AF_UNIX, SOCK_STREAM, 0) or die; alarm 20;\n\
        connect($s, pack_sockaddr_un($ARGV[0])) or die \"connect: $!\";\n\
        my $m = '{\"type\":\"hello\",\"ipc\":VERSION,\"version\":\"1\"}';\n\
        send($s, pack('L', length $m) . $m, 0x4000) or die \"send: $!\";\n\
        print sysread($s, my $answer, 4) // \"read: $!\""
        .replace("VERSION", &IPC_VERSION.to_string());
    let as_user = |id: &str| {
        let mut command = Command::new("setpriv");
        command.args(["--reuid", id, "--clear-groups", "perl", "-e", &connect]).arg(&socket).current_dir("/");
        let output = command.output().unwrap();
        String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
    };
    let open = |mode| {
        for folder in [sandbox.path(""), sandbox.path("run"), sandbox.path("run/ipc")] {
            fs::set_permissions(folder, fs::Permissions::from_mode(mode)).unwrap();
        }
    };
    assert_eq!(as_user("0"), "4", "its own user is answered");
    open(0o700);
    assert!(as_user("65534").contains("connect: Permission denied"));
    // If somebody opened the folders, the user who connects must still be the same.
    open(0o777);
    fs::set_permissions(&socket, fs::Permissions::from_mode(0o777)).unwrap();
    let answer = as_user("65534");
    assert!(answer == "0" || answer.contains("read: ") || answer.contains("send: "), "{answer}");
}

#[test]
fn without_a_browser_get_answers_at_once_if_it_may_not_wait_for_one() {
    let sandbox = Sandbox::new();
    sandbox.run(&["status"], "").ends_with(0);
    let quickest = |arguments: &[&str]| {
        let one = || {
            let began = Instant::now();
            sandbox.run(arguments, "");
            began.elapsed()
        };
        (0..10).map(|_| one()).min().unwrap()
    };
    let with_wait = quickest(&["get", "--video", VIDEO, "--wait", "20", "--wait-for-browser", "0"]);
    let without = quickest(&["get", "--video", VIDEO]);
    assert!(with_wait < without * 10 + Duration::from_millis(50), "{with_wait:?} against {without:?}");
}
