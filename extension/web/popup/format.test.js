import assert from "node:assert/strict";
import { before, test } from "node:test";
import { installChrome } from "../../testing/fake-chrome.js";
import { formatTime } from "../i18n.js";
import { heldLines, lifetimeOf, shortLifetimeOf, sinkLines } from "./format.js";

before(() => void installChrome());

const AT = 1_800_000_000_000;

/**
 * @param {Record<string, unknown>} report
 * @returns {any}
 */
function report(report) {
  return { kind: "env-file", place: "/srv/.env", at: AT, warnings: [], ...report };
}

test("a token says for what and how long it works, and later how old it is", () => {
  const [captured_at, fresh_until] = [Date.now() - 7 * 3_600_000, Date.now() + 60_000];
  const info = /** @type {any} */ ({ video_id: "v1", certainty: "certain", captured_at, fresh_until });
  const until = `until about ${formatTime(fresh_until)}`;
  assert.equal(lifetimeOf({ info }), `Works for this video only · ${until}`);
  const probable = { ...info, certainty: "probable" };
  assert.equal(lifetimeOf({ info: probable }), `Works for one video only, probably this · ${until}`);
  assert.equal(lifetimeOf({ info: { ...info, video_id: null } }), `Works for one video only · ${until}`);
  const entry = /** @type {any} */ ({ capture: { binding: { content_bound: false } } });
  assert.equal(lifetimeOf({ info, entry }), `Works for this browser session · ${until}`);
  assert.equal(shortLifetimeOf(info), until);
  const late = { ...info, fresh_until: Date.now() - 1 };
  assert.equal(lifetimeOf({ info: late }), "Probably expired: found 7 hours ago");
  assert.equal(shortLifetimeOf(late), "probably expired");
});

/**
 * Kind and text of lines.
 * @param {import("./format.js").Line[]} lines
 */
function plain(lines) {
  return lines.map(({ kind, text }) => ({ kind, text }));
}

test("each kind of place says in its own words that it has the token", () => {
  const entry = /** @type {any} */ ({
    state: "stored",
    sinks: [
      report({ outcome: "written" }),
      report({ kind: "keyring", place: "potbridge", outcome: "unchanged" }),
      report({ kind: "command", place: "notify-send", outcome: "written" }),
      report({ kind: "redis", place: "redis://localhost", outcome: "pending" }),
    ],
  });
  const time = formatTime(AT);
  assert.deepEqual(plain(sinkLines(entry, undefined)), [
    { kind: "written", text: `Saved in /srv/.env at ${time}` },
    { kind: "unchanged", text: `Saved in the keyring, under potbridge, at ${time}` },
    { kind: "written", text: `Given to notify-send at ${time}` },
    { kind: "pending", text: "Being saved in redis://localhost" },
  ]);
});

test("a place that failed says why, and warnings follow", () => {
  const warnings = [{ code: "not-ignored-by-git", message: "Git would publish it.", hint: "Ignore it." }];
  const entry = /** @type {any} */ ({
    state: "stored",
    sinks: [
      report({ outcome: "failed", code: "disk-full", message: "The disk is full.", hint: "Make room." }),
      report({ outcome: "written", warnings }),
    ],
  });
  assert.deepEqual(plain(sinkLines(entry, undefined)), [
    { kind: "failed", text: "Not saved in /srv/.env: the disk is full" },
    { kind: "written", text: `Saved in /srv/.env at ${formatTime(AT)}` },
    { kind: "warning", text: "/srv/.env: git would publish it" },
  ]);
});

test("a place that failed keeps the host's own words, and can be tried again", () => {
  const failed = report({ outcome: "failed", code: "disk-full", message: "The disk is full.", hint: "Make room." });
  const [line] = sinkLines(/** @type {any} */ ({ state: "stored", sinks: [failed] }), undefined);
  assert.deepEqual([line.detail, line.names, line.retry], ["The disk is full. Make room.", ["/srv/.env"], true]);
  const unknown = { ...failed, code: "of-a-later-version" };
  const [other] = sinkLines(/** @type {any} */ ({ state: "stored", sinks: [unknown] }), undefined);
  assert.deepEqual([other.text, other.detail], ["The disk is full. Make room.", undefined]);
});

test("a token that waits for the host says so", () => {
  const waiting = /** @type {any} */ ({ state: "waiting" });
  assert.deepEqual(plain(sinkLines(waiting, undefined)), [{ kind: "waiting", text: "Not saved yet: waiting for the helper program." }]);
});

test("a token that the host refused says why", () => {
  const refused = /** @type {any} */ ({ state: "refused", error: { code: "malformed-message", message: "No token." } });
  assert.deepEqual(plain(sinkLines(refused, undefined)), [{ kind: "failed", text: "No token." }]);
});

test("a token of another browser has the places' last reports", () => {
  const status = /** @type {any} */ ({ sinks: [{ last: null }, { last: report({ outcome: "written" }) }] });
  assert.deepEqual(plain(sinkLines(undefined, status)), [{ kind: "written", text: `Saved in /srv/.env at ${formatTime(AT)}` }]);
});

/**
 * What is shown of a place that holds this now.
 * @param {Record<string, unknown> | undefined} now
 * @param {Record<string, unknown>} [last]
 * @param {Record<string, unknown>} [more]
 */
function shownOf(now, last = { outcome: "written" }, more) {
  const state = { kind: "env-file", place: "/srv/.env", last: report(last), now, ...more };
  const entry = /** @type {any} */ ({ state: "stored", sinks: [report(last)] });
  const status = /** @type {any} */ ({ sinks: [state] });
  assert.deepEqual(sinkLines(entry, status), sinkLines(undefined, status));
  return sinkLines(entry, status);
}

test("a place that holds something else by now says what", () => {
  const again = "It will be written again with the next token.";
  assert.deepEqual(plain(shownOf({ holds: "gone" })), [{ kind: "failed", text: `/srv/.env is gone. ${again}` }]);
  assert.deepEqual(plain(shownOf({ holds: "empty" })), [{ kind: "failed", text: `/srv/.env is empty. ${again}` }]);
  assert.deepEqual(plain(shownOf({ holds: "other" })), [{ kind: "failed", text: `/srv/.env holds another value. ${again}` }]);
  assert.deepEqual(plain(shownOf({ holds: "older" })), [
    { kind: "failed", text: "/srv/.env holds an older token. It will be written again with the next one." },
  ]);
  assert.deepEqual(plain(shownOf({ holds: "refused" })), [
    { kind: "failed", text: "/srv/.env holds a token that YouTube does not accept." },
  ]);
  assert.deepEqual(plain(shownOf({ holds: "cleared" })), [
    { kind: "failed", text: "/srv/.env still holds a token that was cleared." },
  ]);
  assert.deepEqual(plain(shownOf({ holds: "expired", expires_at: AT })), [
    { kind: "warning", text: `/srv/.env holds a token that expired at ${formatTime(AT)}.` },
  ]);
  assert.deepEqual(plain(shownOf({ holds: "expired" })), [
    { kind: "warning", text: "/srv/.env holds a token that has expired." },
  ]);
  const problem = { code: "permission-denied", message: "It may not be read.", hint: "Allow it." };
  assert.deepEqual(plain(shownOf({ holds: "unreadable" }, undefined, { problem })), [
    { kind: "failed", text: "Not saved in /srv/.env: it may not be written" },
  ]);
});

test("a place that holds the newest token says since when, also after a failure", () => {
  const since = [{ kind: "written", text: `Saved in /srv/.env at ${formatTime(AT)}` }];
  assert.deepEqual(plain(shownOf({ holds: "newest" })), since);
  assert.deepEqual(plain(shownOf({ holds: "of a later version" })), since);
  assert.deepEqual(plain(shownOf(undefined)), since);
  const failed = { outcome: "failed", code: "disk-full", message: "The disk is full." };
  assert.deepEqual(plain(shownOf({ holds: "newest" }, failed)), [{ kind: "written", text: "Saved in /srv/.env" }]);
});

test("a place that was not read has its problem beside its report", () => {
  const problem = { code: "sink-lacks-token", message: "It was not given the newest token." };
  assert.deepEqual(plain(shownOf(undefined, { outcome: "written" }, { problem })), [
    { kind: "written", text: `Saved in /srv/.env at ${formatTime(AT)}` },
    { kind: "failed", text: "It was not given the newest token." },
  ]);
});

test("what the host saw before a report says nothing of it", () => {
  const entry = /** @type {any} */ ({ state: "stored", sinks: [report({ outcome: "written", at: AT + 1 })] });
  const status = { sinks: [{ kind: "env-file", place: "/srv/.env", last: report({}), now: { holds: "gone" } }] };
  assert.deepEqual(plain(sinkLines(entry, /** @type {any} */ (status))), [
    { kind: "written", text: `Saved in /srv/.env at ${formatTime(AT + 1)}` },
  ]);
});

test("without a token the places say what they still hold", () => {
  const held = (/** @type {any} */ now) => heldLines(/** @type {any} */ ({ sinks: [{ place: "/srv/.env", now }] }));
  assert.deepEqual(plain(held({ holds: "expired", expires_at: AT })), [
    { kind: "warning", text: `/srv/.env holds a token that expired at ${formatTime(AT)}.` },
  ]);
  for (const now of [undefined, { holds: "gone" }, { holds: "empty" }, { holds: "other" }]) {
    assert.deepEqual(plain(held(now)), []);
  }
});
