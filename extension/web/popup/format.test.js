import assert from "node:assert/strict";
import { before, test } from "node:test";
import { installChrome } from "../../testing/fake-chrome.js";
import { formatTime } from "../i18n.js";
import { lifetimeOf, shortLifetimeOf, sinkLines } from "./format.js";

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
