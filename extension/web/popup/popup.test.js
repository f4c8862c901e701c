import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, beforeEach, test } from "node:test";
import { FakeEvent, installChrome, settle } from "../../testing/fake-chrome.js";
import { installDocument } from "../../testing/fake-dom.js";
import * as storage from "../storage.js";

const HTML = readFileSync(new URL("popup.html", import.meta.url), "utf8");
const NOW = Date.now();
let isPermitted = true;
let optionsOpened = 0;
/** @type {unknown[]} */
let requested;
/** @type {string[]} */
let copied;
/** @type {any[]} What the background script was told. */
const sent = [];
/** @type {ReturnType<typeof installDocument>} */
let page;
/** @type {ReturnType<typeof installChrome>} */
let chrome;

before(async () => {
  chrome = installChrome({
    runtime: {
      id: "abcdef",
      getURL: (/** @type {string} */ path) => `chrome-extension://abcdef/${path}`,
      getManifest: () => ({ host_permissions: ["https://www.youtube.com/*"] }),
      openOptionsPage: () => (optionsOpened += 1),
      sendMessage: async (/** @type {any} */ message) => void sent.push(message),
    },
    tabs: { query: async () => [] },
    permissions: {
      onAdded: new FakeEvent(),
      onRemoved: new FakeEvent(),
      contains: async () => isPermitted,
      request: async (/** @type {unknown} */ what) => requested.push(what),
    },
  });
  page = installDocument(HTML);
  Object.defineProperty(globalThis, "navigator", {
    value: { clipboard: { writeText: async (/** @type {string} */ text) => copied.push(text) } },
  });
  await import("./popup.js");
  await settle();
});

beforeEach(async () => {
  [isPermitted, requested, copied] = [true, [], []];
  chrome.storage.session.stored = {};
  chrome.storage.local.stored = {};
  await storage.host.set({ kind: "ready", version: "0.1.0" });
  await storage.status.set(status());
});

/**
 * @param {Record<string, unknown>} [more]
 * @returns {any}
 */
function status(more = {}) {
  return { version: "0.1.0", config: "/c.toml", problems: [], sinks: [{}], tokens: [], connected: [], ...more };
}

/**
 * @param {string} fingerprint
 * @param {number} minutesAgo
 * @returns {any}
 */
function token(fingerprint, minutesAgo) {
  const captured_at = NOW - minutesAgo * 60_000;
  return {
    fingerprint,
    video_id: "dQw4w9WgXcQ",
    certainty: "certain",
    captured_at,
    fresh_until: captured_at + 6 * 3_600_000,
    expires_at: captured_at + 12 * 3_600_000,
  };
}

/**
 * @param {string} selector
 * @param {string} [within]
 * @returns {import("../../testing/fake-dom.js").FakeElement}
 */
function find(selector, within) {
  const found = (within === undefined ? page : find(within)).querySelector(selector);
  assert.ok(found, selector);
  return found;
}

test("the background script hears that somebody looks", () => {
  assert.deepEqual(sent[0], { type: "popup-opened" });
});

test("the header says whether the host is connected", async () => {
  await settle();
  assert.deepEqual([find("#host").dataset.kind, find("#host").textContent], ["ready", "Connected"]);
  await storage.host.set({ kind: "absent", reason: "Specified native messaging host not found." });
  await settle();
  assert.deepEqual([find("#host").dataset.kind, find("#host").textContent], ["absent", "Not connected"]);
  assert.equal(find("h2", "#problem").textContent, "The host is not installed");
  assert.equal(find("code", "#problem").textContent, "potbridge-setup install");
});

test("the header pauses and resumes the capture, and says so", async () => {
  await settle();
  assert.equal(find("#pause").ariaLabel, "Pause");
  /** @type {any} */ (find("#pause")).onclick();
  await settle();
  assert.deepEqual(await storage.captureSettings.get(), { paused: true });
  assert.deepEqual([find("#host").dataset.kind, find("#host").textContent], ["paused", "Paused"]);
  assert.equal(find("#pause").ariaLabel, "Resume");
  /** @type {any} */ (find("#pause")).onclick();
  await settle();
  assert.deepEqual(await storage.captureSettings.get(), { paused: false });
  assert.equal(find("#host").textContent, "Connected");
});

test("nobody says that there is no token yet while a place holds one", async () => {
  const sink = { kind: "env-file", place: "/srv/.env", last: null, now: { holds: "refused" } };
  await storage.status.set(status({ sinks: [sink] }));
  await settle();
  assert.deepEqual([find("#places").hidden, find("#empty").hidden], [false, false]);
  assert.equal(find("#places").textContent, "/srv/.env holds a token that YouTube does not accept.");
  assert.equal(find("#empty").textContent, "Play a video on YouTube for a new token.");
  await storage.status.set(status());
  await settle();
  assert.equal(find("#places").hidden, true);
  assert.match(find("#empty").textContent ?? "", /^No token yet/);
});

test("the header leads to the options", async () => {
  await settle();
  /** @type {any} */ (find("#options")).onclick();
  assert.equal(optionsOpened, 1);
});

test("if all is well no problem is shown, but that no token came", async () => {
  await settle();
  assert.equal(find("#problem").hidden, true);
  assert.equal(find("#token").hidden, true);
  assert.match(find("#empty").textContent, /^No token yet\./);
});

test("the button for a missing permission asks the browser for it", async () => {
  isPermitted = false;
  await storage.status.set(status());
  await settle();
  assert.equal(find("#fix").hidden, false);
  /** @type {any} */ (find("#fix")).onclick();
  assert.deepEqual(requested, [{ origins: ["https://www.youtube.com/*"] }]);
});

test("the newest token can be copied, and the earlier ones are listed", async () => {
  const capture = /** @type {any} */ ({ token: "SECRET" });
  await storage.journalEntries.set(
    /** @type {any} */ ({ id: "1", order: 1, capture, token: token("aa…", 1), state: "stored" }),
  );
  await storage.status.set(status({ tokens: [token("bb…", 20), token("cc…", 10)] }));
  await settle();
  assert.equal(find("code", "#token").textContent, "aa…");
  assert.equal(find("a", "#token").textContent, "dQw4w9WgXcQ");
  assert.equal(find("ul", "#earlier").children.length, 2);
  await /** @type {any} */ (find("#copy")).onclick();
  assert.deepEqual([copied, find("#copy").textContent], [["SECRET"], "Copied"]);
  await storage.counters.set({ cold_start: 0, fallback: 0, malformed: 0, unreadable: 0 });
  await settle();
  assert.equal(find("#copy").textContent, "Copied", "the same token is drawn again");
});

test("a probable video is said as such, until it is certain", async () => {
  const probable = { ...token("aa…", 1), certainty: "probable" };
  const save = (/** @type {any} */ info) =>
    storage.journalEntries.set(/** @type {any} */ ({ id: "1", order: 1, capture: {}, token: info, state: "stored" }));
  await save(probable);
  await settle();
  assert.equal(find(".for", "#token").textContent, "Probably for dQw4w9WgXcQ");
  assert.match(find(".sure", "#token").textContent, /No request has named it yet/);
  await save({ ...probable, certainty: "certain" });
  await settle();
  assert.equal(find(".for", "#token").textContent, "For dQw4w9WgXcQ");
  assert.equal(find(".sure", "#token").hidden, true);
});

test("a normal window shows no token of a private one", async () => {
  await storage.status.set(status({ tokens: [{ ...token("pp…", 1), private: true }] }));
  await settle();
  assert.equal(find("#token").hidden, true);
});

test("a token of another browser cannot be copied", async () => {
  await storage.status.set(status({ tokens: [token("bb…", 20)] }));
  await settle();
  assert.equal(find("#copy").hidden, true);
  assert.match(find("code", "#token").title, /potbridge get/);
});

test("only what was counted is shown", async () => {
  await storage.counters.set({ cold_start: 4, fallback: 0, malformed: 0, unreadable: 2 });
  await settle();
  assert.deepEqual(
    find("#counters").children.map(({ dataset }) => dataset.kind),
    ["unreadable", "cold_start"],
  );
  assert.match(find("#counters").textContent, /Temporary tokens, .*: 4$/);
});
