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

test("a fresh token has both times, and a later one its end", () => {
  const [fresh_until, expires_at] = [Date.now() + 60_000, Date.now() + 120_000];
  const fresh = /** @type {any} */ ({ fresh_until, expires_at });
  assert.equal(lifetimeOf(fresh), `fresh until ${formatTime(fresh_until)}, expires at ${formatTime(expires_at)}`);
  assert.equal(shortLifetimeOf(fresh), `fresh until ${formatTime(fresh_until)}`);
  const late = { ...fresh, fresh_until: Date.now() - 1 };
  assert.equal(lifetimeOf(late), `no longer fresh, expires at ${formatTime(expires_at)}`);
  assert.equal(shortLifetimeOf(late), "no longer fresh");
});

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
  assert.deepEqual(sinkLines(entry, undefined), [
    { kind: "written", text: `In /srv/.env since ${time}` },
    { kind: "unchanged", text: `In the keyring, under potbridge, since ${time}` },
    { kind: "written", text: `Given at ${time} to notify-send` },
    { kind: "pending", text: "On its way to redis://localhost" },
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
  assert.deepEqual(sinkLines(entry, undefined), [
    { kind: "failed", text: "The disk is full. Make room." },
    { kind: "written", text: `In /srv/.env since ${formatTime(AT)}` },
    { kind: "warning", text: "Git would publish it. Ignore it." },
  ]);
});

test("a token that waits for the host says so", () => {
  const waiting = /** @type {any} */ ({ state: "waiting" });
  assert.deepEqual(sinkLines(waiting, undefined), [{ kind: "waiting", text: "Not saved yet: waiting for the host." }]);
});

test("a token that the host refused says why", () => {
  const refused = /** @type {any} */ ({ state: "refused", error: { code: "malformed-message", message: "No token." } });
  assert.deepEqual(sinkLines(refused, undefined), [{ kind: "failed", text: "No token." }]);
});

test("a token of another browser has the places' last reports", () => {
  const status = /** @type {any} */ ({ sinks: [{ last: null }, { last: report({ outcome: "written" }) }] });
  assert.deepEqual(sinkLines(undefined, status), [{ kind: "written", text: `In /srv/.env since ${formatTime(AT)}` }]);
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
  const again = "It is written again with the next token.";
  assert.deepEqual(shownOf({ holds: "gone" }), [{ kind: "failed", text: `/srv/.env is gone. ${again}` }]);
  assert.deepEqual(shownOf({ holds: "empty" }), [{ kind: "failed", text: `/srv/.env is empty. ${again}` }]);
  assert.deepEqual(shownOf({ holds: "other" }), [{ kind: "failed", text: `/srv/.env holds another value. ${again}` }]);
  assert.deepEqual(shownOf({ holds: "older" }), [
    { kind: "failed", text: "/srv/.env holds an older token. It is written again with the next one." },
  ]);
  assert.deepEqual(shownOf({ holds: "refused" }), [
    { kind: "failed", text: "/srv/.env holds a token that YouTube does not accept." },
  ]);
  assert.deepEqual(shownOf({ holds: "cleared" }), [
    { kind: "failed", text: "/srv/.env still holds a token that was cleared." },
  ]);
  assert.deepEqual(shownOf({ holds: "expired", expires_at: AT }), [
    { kind: "warning", text: `/srv/.env holds a token that expired at ${formatTime(AT)}.` },
  ]);
  assert.deepEqual(shownOf({ holds: "expired" }), [
    { kind: "warning", text: "/srv/.env holds a token that has expired." },
  ]);
  const problem = { code: "permission-denied", message: "It may not be read.", hint: "Allow it." };
  assert.deepEqual(shownOf({ holds: "unreadable" }, undefined, { problem }), [
    { kind: "failed", text: "It may not be read. Allow it." },
  ]);
});

test("a place that holds the newest token says since when, also after a failure", () => {
  const since = [{ kind: "written", text: `In /srv/.env since ${formatTime(AT)}` }];
  assert.deepEqual(shownOf({ holds: "newest" }), since);
  assert.deepEqual(shownOf({ holds: "of a later version" }), since);
  assert.deepEqual(shownOf(undefined), since);
  const failed = { outcome: "failed", code: "disk-full", message: "The disk is full." };
  assert.deepEqual(shownOf({ holds: "newest" }, failed), [{ kind: "written", text: "In /srv/.env" }]);
});

test("a place that was not read has its problem beside its report", () => {
  const problem = { code: "sink-lacks-token", message: "It was not given the newest token." };
  assert.deepEqual(shownOf(undefined, { outcome: "written" }, { problem }), [
    { kind: "written", text: `In /srv/.env since ${formatTime(AT)}` },
    { kind: "failed", text: "It was not given the newest token." },
  ]);
});

test("what the host saw before a report says nothing of it", () => {
  const entry = /** @type {any} */ ({ state: "stored", sinks: [report({ outcome: "written", at: AT + 1 })] });
  const status = { sinks: [{ kind: "env-file", place: "/srv/.env", last: report({}), now: { holds: "gone" } }] };
  assert.deepEqual(sinkLines(entry, /** @type {any} */ (status)), [
    { kind: "written", text: `In /srv/.env since ${formatTime(AT + 1)}` },
  ]);
});

test("without a token the places say what they still hold", () => {
  const held = (/** @type {any} */ now) => heldLines(/** @type {any} */ ({ sinks: [{ place: "/srv/.env", now }] }));
  assert.deepEqual(held({ holds: "expired", expires_at: AT }), [
    { kind: "warning", text: `/srv/.env holds a token that expired at ${formatTime(AT)}.` },
  ]);
  for (const now of [undefined, { holds: "gone" }, { holds: "empty" }, { holds: "other" }]) {
    assert.deepEqual(held(now), []);
  }
});
