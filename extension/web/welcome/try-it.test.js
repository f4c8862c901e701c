import assert from "node:assert/strict";
import { before, test } from "node:test";
import { installChrome } from "../../testing/fake-chrome.js";
import { tryState } from "./try-it.js";

const VIDEO = "dQw4w9WgXcQ";
const TITLES = { [VIDEO]: "Night train" };

before(() => {
  installChrome();
});

/**
 * A token that went to these places.
 * @param {any} entry
 */
function shown(entry) {
  return /** @type {any} */ ({ info: { video_id: VIDEO, captured_at: 1, fresh_until: Date.now() + 1000 }, entry });
}

/**
 * @param {"written" | "failed" | "pending"} outcome
 */
function report(outcome) {
  const problem = outcome === "failed" ? { code: "folder-missing", message: "The folder is missing." } : {};
  return { kind: "env-file", place: "/srv/.env", at: Date.now(), warnings: [], outcome, ...problem };
}

/**
 * @param {any} newest
 */
function state(newest) {
  const { kind, text } = tryState(newest, undefined, TITLES);
  return `${kind}: ${text}`;
}

test("it waits for a token, and says where it was saved", () => {
  assert.equal(state(undefined), "open: Waiting for a token.");
  assert.equal(state(shown({ sinks: [report("pending")] })), "open: Token for Night train found. Being saved in /srv/.env");
  assert.equal(state(shown({ sinks: [report("written")] })), "done: Token for Night train saved in /srv/.env");
});

test("a token that waits for the helper program, or went nowhere, is one that was found", () => {
  assert.match(state(shown({ state: "waiting" })), /^open: Token for Night train found\. Not saved yet/);
  assert.equal(state(shown({ sinks: [] })), "done: Token for Night train found. Copy it from the popup.");
});

test("a place that failed is trouble", () => {
  assert.equal(state(shown({ sinks: [report("written"), report("failed")] })), "trouble: Not saved in /srv/.env: its folder is missing");
});
