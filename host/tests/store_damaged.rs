//! A store that is damaged, in every way: it is set aside and begun anew, and nothing that comes then is lost.

use crate::deadline;
use crate::sandbox::{Sandbox, VIDEO, captured, newest, now, private, put, token};
use potbridge_protocol::PoToken;
use rusqlite::Connection;
use serde_json::{Value, json};
use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{FileExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::Child;

fn database(sandbox: &Sandbox) -> PathBuf {
    sandbox.path("state/tokens.db")
}

fn random(size: usize) -> Vec<u8> {
    let mut bytes = vec![0; size];
    File::open("/dev/urandom").unwrap().read_exact(&mut bytes).unwrap();
    bytes
}

/// A host that was killed, so that its token is in the log alone. Most pages are in the database alone.
fn killed_with(sandbox: &Sandbox, token: &PoToken) {
    put(sandbox);
    killed_with_first(sandbox, token);
}

/// The same, of a host that began the store: all pages are in the log.
fn killed_with_first(sandbox: &Sandbox, token: &PoToken) {
    let mut browser = sandbox.firefox();
    assert_eq!(browser.ask(&captured("1", token, VIDEO, now()))["type"], json!("stored"));
    browser.host.kill().unwrap();
    browser.host.wait().unwrap();
    assert!(sandbox.path("state/tokens.db-wal").metadata().unwrap().len() > 0);
}

/// Every file of the state folder.
fn files(sandbox: &Sandbox) -> Vec<PathBuf> {
    fs::read_dir(sandbox.path("state"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .collect()
}

fn holds(path: &Path, token: &PoToken) -> bool {
    let bytes = fs::read(path).unwrap();
    bytes.windows(token.expose().len()).any(|window| window == token.expose().as_bytes())
}

/// What happened to a store, and how.
type Way = (&'static str, fn(&Path));

/// The ways in which a store is damaged. Each is given a store with a token in its log, that nobody has open.
const WAYS: [Way; 9] = [
    ("random bytes", |path| {
        fs::write(path, random(8192)).unwrap();
        fs::write(path.with_extension("db-wal"), random(8192)).unwrap();
    }),
    ("random bytes after the head", |path| {
        File::options().write(true).open(path).unwrap().write_all_at(&random(4000), 96).unwrap();
        fs::remove_file(path.with_extension("db-wal")).unwrap();
    }),
    ("text", |path| {
        fs::write(path, "a shopping list\n".repeat(100)).unwrap();
        fs::remove_file(path.with_extension("db-wal")).unwrap();
    }),
    ("emptied, with its log", |path| fs::write(path, "").unwrap()),
    ("cut off", |path| {
        fs::remove_file(path.with_extension("db-wal")).unwrap();
        File::options().write(true).open(path).unwrap().set_len(5000).unwrap();
    }),
    ("without its tables", |path| {
        let database = Connection::open(path).unwrap();
        database.execute_batch("DROP TABLE capture; DROP TABLE refused").unwrap();
    }),
    ("with a table of another shape", |path| {
        let database = Connection::open(path).unwrap();
        database.execute_batch("ALTER TABLE delivery ADD COLUMN more TEXT").unwrap();
    }),
    ("with a token that is none", |path| {
        let database = Connection::open(path).unwrap();
        database.execute_batch("UPDATE capture SET token = 'x', seen_at = seen_at + 100000").unwrap();
    }),
    ("a database of another program", |path| {
        for beside in ["db-wal", "db-shm"] {
            fs::remove_file(path.with_extension(beside)).unwrap();
        }
        fs::remove_file(path).unwrap();
        Connection::open(path).unwrap().execute_batch("CREATE TABLE bookmarks (url TEXT)").unwrap();
    }),
];

/// Whether what was put in the store's place is none of potbridge's, for all that can be told.
fn is_others(way: &str) -> bool {
    ["random bytes", "text", "a database of another program"].contains(&way)
}

#[test]
fn a_damaged_store_is_erased_and_begun_anew_and_what_is_anothers_is_kept() {
    for (way, damage) in WAYS {
        let sandbox = Sandbox::new();
        let first = token();
        killed_with(&sandbox, &first);
        damage(&database(&sandbox));
        let damaged = fs::read(database(&sandbox)).unwrap();
        let get = sandbox.run(&["get", "--json"], "").ends_with(3).json();
        assert_eq!(get["code"], json!("no-token"), "{way}");
        let log = fs::read_to_string(sandbox.path("state/potbridge.log")).unwrap();
        assert_eq!(log.matches("store-set-aside").count(), 1, "{way}: {log}");

        let token = put(&sandbox);
        assert_eq!(newest(&sandbox), token.expose(), "{way}");
        assert!(sandbox.env_text().contains(token.expose()), "{way}");
        if is_others(way) {
            let aside = sandbox.path("state/tokens.db.other");
            assert!(fs::read(&aside).unwrap() == damaged, "{way}: another file was set aside");
            assert!(log.contains(aside.to_str().unwrap()), "{way}: {log}");
        } else {
            assert!(log.contains("it was erased"), "{way}: {log}");
            let expected = ["potbridge.log", "tokens.db", "tokens.db-shm", "tokens.db-wal", "tokens.db.lock"];
            for file in files(&sandbox) {
                let name = file.file_name().unwrap().to_str().unwrap();
                assert!(expected.contains(&name), "{way}: {name}");
                assert!(!holds(&file, &first), "{way}: {name}");
            }
        }
        for file in files(&sandbox) {
            assert_eq!(file.metadata().unwrap().permissions().mode() & 0o077, 0, "{way}: {}", file.display());
        }
        let status = sandbox.run(&["status", "--json"], "").json();
        assert_eq!(status["problems"], json!([]), "{way}");
    }
}

#[test]
fn the_command_that_finds_a_store_damaged_says_so() {
    let sandbox = Sandbox::new();
    put(&sandbox);
    fs::write(database(&sandbox), random(8192)).unwrap();
    let status = sandbox.run(&["status", "--json"], "").json();
    assert_eq!(status["problems"][0]["code"], json!("store-set-aside"));
    fs::write(database(&sandbox), random(8192)).unwrap();
    let said = sandbox.run(&["put"], token().expose()).ends_with(0).stderr();
    assert!(said.starts_with("warning: ") && said.contains("was renamed to"), "{said}");
    killed_with(&sandbox, &token());
    fs::write(database(&sandbox), "").unwrap();
    let said = sandbox.run(&["put"], token().expose()).ends_with(0).stderr();
    assert!(said.starts_with("warning: ") && said.contains("it was erased"), "{said}");
}

/// The head is gone, and tokens are further on.
#[test]
fn a_store_without_its_head_is_erased_with_its_tokens() {
    for head in [random(4096), vec![0; 4096]] {
        let sandbox = Sandbox::new();
        let known = put(&sandbox);
        assert!(!sandbox.path("state/tokens.db-wal").exists());
        File::options().write(true).open(database(&sandbox)).unwrap().write_all_at(&head, 0).unwrap();
        assert!(holds(&database(&sandbox), &known));
        put(&sandbox);
        for file in files(&sandbox) {
            assert!(!holds(&file, &known), "{}", file.display());
        }
    }
}

/// A mistake in the configuration.
#[test]
fn a_file_of_the_users_that_is_named_as_the_store_is_kept() {
    let sandbox = Sandbox::new();
    let named = sandbox.path("state/notes");
    let text = format!("YT_DLP_PO_TOKEN={}\n", token().expose());
    // Like an archive of letters, and an encrypted database with its log.
    let archive = [&[0; 512], text.as_bytes(), &[0; 512]].concat();
    for (content, log) in
        [(text.as_bytes(), false), (&random(10_000), false), (&archive, false), (&random(8192), true)]
    {
        fs::create_dir_all(sandbox.path("state")).unwrap();
        fs::write(&named, content).unwrap();
        if log {
            fs::write(sandbox.path("state/notes-wal"), random(5000)).unwrap();
        }
        sandbox.configure(&format!("[store]\npath = {named:?}\n"));
        put(&sandbox);
        sandbox.run(&["clear"], "").ends_with(0);
        assert!(fs::read(sandbox.path("state/notes.other")).unwrap() == content);
        assert_eq!(sandbox.path("state/notes.other-wal").exists(), log);
        fs::remove_dir_all(sandbox.path("state")).unwrap();
    }
}

#[test]
fn tokens_of_private_windows_leave_a_damaged_store_too() {
    let sandbox = Sandbox::new();
    let known = token();
    let mut browser = sandbox.firefox();
    browser.ask(&private(captured("1", &known, VIDEO, now())));
    Connection::open(database(&sandbox)).unwrap().execute_batch("DROP TABLE refused").unwrap();
    browser.ask(&captured("2", &token(), "aaaaaaaaaaa", now()));
    // What a process that was killed meanwhile leaves.
    fs::write(sandbox.path("state/tokens.db.damaged"), known.expose()).unwrap();
    browser.send(&json!({"type": "private-windows-closed", "profile": "p"}));
    browser.ask(&captured("3", &token(), "bbbbbbbbbbb", now()));
    browser.close();
    for file in files(&sandbox) {
        assert!(!holds(&file, &known), "{}", file.display());
    }
}

/// What was written since the last checkpoint is in the log alone, and that may be all.
#[test]
fn a_damaged_store_whose_log_has_everything_loses_nothing() {
    for damaged in [random(8192), Vec::new()] {
        let sandbox = Sandbox::new();
        let token = token();
        killed_with_first(&sandbox, &token);
        fs::write(database(&sandbox), damaged).unwrap();
        assert_eq!(newest(&sandbox), token.expose());
    }
}

#[test]
fn clear_of_a_damaged_store_leaves_no_token_anywhere() {
    for (way, damage) in WAYS {
        let sandbox = Sandbox::new();
        let (first, second) = (token(), token());
        killed_with(&sandbox, &first);
        damage(&database(&sandbox));
        sandbox.run(&["put"], second.expose()).ends_with(0);
        sandbox.run(&["clear"], "").ends_with(0);
        assert_eq!(sandbox.env_text(), "YT_DLP_PO_TOKEN=\n", "{way}");
        for file in files(&sandbox) {
            assert!(!holds(&file, &first) && !holds(&file, &second), "{way}: {}", file.display());
            assert!(!file.to_string_lossy().contains("damaged"), "{way}: {}", file.display());
        }
        assert_eq!(sandbox.path("state/tokens.db.other").exists(), is_others(way), "{way}");
    }
}

#[test]
fn clear_empties_the_sinks_of_a_store_of_random_bytes() {
    let sandbox = Sandbox::new();
    put(&sandbox);
    fs::write(database(&sandbox), random(8192)).unwrap();
    sandbox.run(&["clear"], "").ends_with(0);
    assert_eq!(sandbox.env_text(), "YT_DLP_PO_TOKEN=\n");
}

/// What stands at the path is no file. It is named, and not waited for.
#[test]
fn a_folder_or_a_fifo_in_place_of_the_store_is_named() {
    let kinds: [Way; 2] = [
        ("is a folder", |path| fs::create_dir(path).unwrap()),
        ("is no regular file", |path| {
            rustix::fs::mkfifoat(rustix::fs::CWD, path, rustix::fs::Mode::RWXU).unwrap();
        }),
    ];
    for (what, make) in kinds {
        let sandbox = Sandbox::new();
        fs::create_dir(sandbox.path("state")).unwrap();
        make(&database(&sandbox));
        let get = sandbox.run(&["get", "--json"], "").ends_with(1).json();
        assert_eq!(get["code"], json!("not-a-regular-file"), "{get}");
        assert!(get["message"].as_str().unwrap().ends_with(what), "{get}");
        let status = sandbox.run(&["status", "--json"], "").json();
        assert_eq!(status["problems"][0]["code"], json!("not-a-regular-file"), "{status}");

        let token = token();
        let mut browser = sandbox.firefox();
        let answer = browser.ask(&captured("1", &token, VIDEO, now()));
        assert_eq!(answer["sinks"][0]["outcome"], json!("written"), "{answer}");
        assert!(sandbox.env_text().contains(token.expose()));
        browser.close();
        assert!(!database(&sandbox).is_file());
    }
}

fn start(sandbox: &Sandbox, token: &PoToken) -> Child {
    let mut put = sandbox.potbridge(&["put"]).spawn().unwrap();
    put.stdin.take().unwrap().write_all(token.expose().as_bytes()).unwrap();
    put
}

fn fingerprints(sandbox: &Sandbox) -> Vec<String> {
    let status = sandbox.run(&["status", "--json"], "").json();
    let of = |token: &Value| token["fingerprint"].as_str().unwrap().to_owned();
    let mut all: Vec<_> = status["tokens"].as_array().unwrap().iter().map(of).collect();
    all.sort();
    all
}

#[test]
fn many_that_find_a_store_damaged_at_once_lose_nothing() {
    for (way, damage) in [WAYS[0], WAYS[3], WAYS[4], WAYS[5], WAYS[8]] {
        let sandbox = Sandbox::new();
        killed_with(&sandbox, &token());
        damage(&database(&sandbox));
        let tokens: Vec<_> = (0..16).map(|_| token()).collect();
        let started: Vec<_> = tokens.iter().map(|token| start(&sandbox, token)).collect();
        for put in started {
            let ended = deadline::output(put);
            assert!(ended.status.success(), "{way}: {ended:?}");
        }
        let mut put: Vec<_> = tokens.iter().map(PoToken::fingerprint).collect();
        put.sort();
        assert_eq!(fingerprints(&sandbox), put, "{way}");
        let log = fs::read_to_string(sandbox.path("state/potbridge.log")).unwrap();
        assert_eq!(log.matches("store-set-aside").count(), 1, "{way}: {log}");
    }
}

#[test]
fn a_process_that_is_killed_while_it_begins_a_store_anew_leaves_a_way() {
    let sandbox = Sandbox::new();
    for round in 0..30_u32 {
        killed_with(&sandbox, &token());
        WAYS[0].1(&database(&sandbox));
        let mut killed = start(&sandbox, &token());
        // Another one is under way meanwhile, so that the first one is killed at another moment each time.
        for _ in 0..round % 6 {
            sandbox.run(&["help"], "");
        }
        killed.kill().unwrap();
        killed.wait().unwrap();
        let token = put(&sandbox);
        assert_eq!(newest(&sandbox), token.expose());
    }
}

/// A browser's host has the store open while another process sets it aside.
#[test]
fn a_host_goes_over_to_the_new_store() {
    let sandbox = Sandbox::new();
    let mut browser = sandbox.firefox();
    browser.ask(&captured("1", &token(), VIDEO, now() - 2000));
    // Its log is whole, and it has all pages in its memory: it does not see the damage.
    fs::write(database(&sandbox), random(8192)).unwrap();
    put(&sandbox);
    let token = token();
    let answer = browser.ask(&captured("2", &token, VIDEO, now()));
    assert_eq!(answer["type"], json!("stored"), "{answer}");
    assert_eq!(newest(&sandbox), token.expose());
    assert_eq!(fingerprints(&sandbox).len(), 2);
    browser.close();
    assert_eq!(newest(&sandbox), token.expose());
}

/// The page that is damaged is read by a query alone, long after the store was opened.
#[test]
fn a_damaged_page_that_a_query_finds_is_healed_by_the_same_query() {
    let sandbox = Sandbox::new();
    for at in 0..30 {
        let video = format!("v{at:010}");
        sandbox.run(&["put", "--video", &video], token().expose()).ends_with(0);
    }
    let mut browser = sandbox.firefox();
    browser.ask(&captured("1", &token(), VIDEO, now()));
    browser.host.kill().unwrap();
    browser.host.wait().unwrap();
    let (pages, root): (u32, u32) = {
        let database = Connection::open(database(&sandbox)).unwrap();
        database.query_row("PRAGMA wal_checkpoint(truncate)", [], |_| Ok(())).unwrap();
        let of = |sql| database.query_row(sql, [], |row| row.get(0)).unwrap();
        (of("PRAGMA page_count"), of("SELECT rootpage FROM sqlite_schema WHERE name = 'playing'"))
    };
    let file = File::options().write(true).open(database(&sandbox)).unwrap();
    assert!(pages > 12);
    file.write_all_at(&random(4096), u64::from(root - 1) * 4096).unwrap();
    for page in 12..pages {
        file.write_all_at(&random(4096), u64::from(page) * 4096).unwrap();
    }
    let token = put(&sandbox);
    assert_eq!(newest(&sandbox), token.expose());
    let log = fs::read_to_string(sandbox.path("state/potbridge.log")).unwrap();
    assert!(log.contains("store-set-aside"), "{log}");
}
