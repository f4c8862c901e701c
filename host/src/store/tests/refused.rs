//! Tokens that YouTube refused.

use super::*;
use potbridge_protocol::lifetime::EXPIRES_MS;

/// Everything that the store gives.
fn given(store: &TokenStore) -> Vec<PoToken> {
    let all = store.all(true).unwrap();
    let newest = store.newest(&TokenQuery { private: true, ..TokenQuery::default() }).unwrap();
    assert_eq!(newest.is_some(), !all.is_empty());
    assert_eq!(store.token_infos(100).unwrap().len(), all.len());
    newest.into_iter().chain(all).map(|capture| capture.token).collect()
}

#[test]
fn a_refused_token_is_given_to_nobody_in_no_context_and_of_no_video() {
    let now = clock::now_ms();
    let mut store = store();
    let refused = capture(1, A, now);
    for context in [Context::Player, Context::Gvs, Context::Subs] {
        for video in [A, B, ""] {
            store.put(&Capture { context, ..capture(1, video, now) }).unwrap();
        }
    }
    let other = capture(2, A, now - 3000);
    store.put(&Capture { context: Context::Subs, ..other.clone() }).unwrap();
    assert!(given(&store).contains(&refused.token));
    assert_eq!(store.refuse(std::slice::from_ref(&refused.token)).unwrap().newer_since, now + 1);
    assert!(!given(&store).contains(&refused.token));
    assert_eq!(store.name_wait_ends().unwrap(), None);
    assert!(store.is_refused(&refused.token).unwrap() && !store.is_refused(&other.token).unwrap());
}

#[test]
fn a_refused_token_that_the_player_uses_again_stays_refused() {
    let now = clock::now_ms();
    let mut store = store();
    let (refused, other) = (capture(1, A, now - 1000), capture(2, A, now - 2000));
    assert_eq!(
        store.refuse(std::slice::from_ref(&refused.token)).unwrap().newer_since,
        0,
        "it was not stored yet"
    );
    assert!(store.put(&other).unwrap().is_some());
    for capture in [&refused, &media(1, now)] {
        assert_eq!(store.put(capture).unwrap(), None);
    }
    store.join(&playing(A, "p")).unwrap();
    assert_eq!(given(&store), [other.token.clone(), other.token]);
}

#[test]
fn what_was_captured_after_the_newest_refused_token_is_newer() {
    let now = clock::now_ms();
    let mut store = store();
    let tokens = [capture(1, A, now - 5000), capture(2, B, now - 1000)];
    for capture in &tokens {
        store.put(capture).unwrap();
    }
    let [older, newer] = tokens.map(|capture| capture.token);
    assert_eq!(store.refuse(&[newer.clone(), older.clone()]).unwrap().newer_since, now - 999);
    assert_eq!(store.refuse(std::slice::from_ref(&older)).unwrap().newer_since, now - 4999);
    // It is remembered, though the token itself is gone.
    assert_eq!(store.refuse(&[older, newer]).unwrap().newer_since, now - 999);
    assert_eq!(store.refuse(&[]).unwrap().newer_since, 0);
}

#[test]
fn a_refusal_is_forgotten_with_the_life_of_a_token_and_when_the_store_is_cleared() {
    let mut store = store();
    let refused = capture(1, A, clock::now_ms());
    store.refuse(std::slice::from_ref(&refused.token)).unwrap();
    let age = |ms: u64| {
        let sql = format!("UPDATE refused SET at = at - {ms}");
        within(&store, |database| database.execute_batch(&sql));
    };
    age(EXPIRES_MS - 5000);
    assert!(store.is_refused(&refused.token).unwrap());
    age(6000);
    assert!(!store.is_refused(&refused.token).unwrap());
    store.put(&refused).unwrap();
    assert_eq!(given(&store).len(), 2);

    store.refuse(std::slice::from_ref(&refused.token)).unwrap();
    store.clear().unwrap();
    assert!(!store.is_refused(&refused.token).unwrap());
}

#[test]
fn a_refusal_of_a_clock_that_ran_ahead_lasts_no_longer() {
    let mut store = store();
    let refused = capture(1, A, clock::now_ms());
    store.refuse(&[refused.token]).unwrap();
    within(&store, |database| database.execute_batch("UPDATE refused SET at = at + 86400000"));
    store.put(&capture(2, B, clock::now_ms())).unwrap();
    let at: i64 =
        within(&store, |database| database.query_row("SELECT at FROM refused", [], |row| row.get(0)));
    assert!(at.unsigned_abs() <= clock::now_ms());
}

#[test]
fn only_the_digest_of_a_refused_token_is_left_in_the_store() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tokens.db");
    let mut store = at(&path);
    let refused = capture(1, A, clock::now_ms());
    store.put(&refused).unwrap();
    store.refuse(std::slice::from_ref(&refused.token)).unwrap();
    let whole: Vec<u8> = std::fs::read_dir(folder.path())
        .unwrap()
        .flat_map(|file| std::fs::read(file.unwrap().path()).unwrap())
        .collect();
    let holds = |text: &str| whole.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(holds(&potbridge_system::digest::digest([refused.token.expose()])));
    assert!(!holds(refused.token.expose()));
    drop(store);
    assert!(at(&path).is_refused(&refused.token).unwrap());
}

#[test]
fn refusals_are_bounded() {
    let store = store();
    within(&store, |database| {
        let earliest = clock::now_ms() - 1_200_000;
        database.execute_batch(&format!(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1100)
            INSERT INTO refused SELECT 'digest' || i, 0, 1000 * i + {earliest} FROM n",
        ))
    });
    let last = capture(1, A, 0);
    store.refuse(std::slice::from_ref(&last.token)).unwrap();
    let count: u32 =
        within(&store, |database| database.query_row("SELECT count(*) FROM refused", [], |row| row.get(0)));
    assert_eq!(count, MAX_ROWS);
    assert!(store.is_refused(&last.token).unwrap());
}
