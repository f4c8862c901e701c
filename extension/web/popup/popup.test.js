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
/** @type {string[]} The addresses of the tabs that were opened. */
let created = [];
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
      getManifest: () => ({ version: "0.1.0", host_permissions: ["https://www.youtube.com/*"] }),
      openOptionsPage: () => (optionsOpened += 1),
      sendMessage: async (/** @type {any} */ message) => void sent.push(message),
    },
    tabs: { query: async () => [], create: async (/** @type {{url: string}} */ { url }) => created.push(url) },
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
  assert.deepEqual([find("#host").dataset.kind, find("#host").textContent], ["ready", "Working"]);
  await storage.host.set({ kind: "absent", reason: "Specified native messaging host not found." });
  await settle();
  assert.deepEqual([find("#host").dataset.kind, find("#host").textContent], ["absent", "Needs attention"]);
  assert.equal(find("h2", "#problem").textContent, "One more step: the helper program");
  assert.equal(find("code", ".terminal").textContent, "potbridge-setup install");
});

test("a missing helper program and a missing place lead to their steps of the first-run page, with the command in a fold", async () => {
  created = [];
  await storage.host.set({ kind: "absent", reason: "Specified native messaging host not found." });
  await settle();
  assert.equal(find("#fix").textContent, "How to get it");
  assert.deepEqual([find("summary", ".detail").textContent, find(".command").hidden], ["Using a terminal", true]);
  /** @type {any} */ (find("#fix")).onclick();
  /** @type {any} */ (find("#copy-line")).onclick();
  await storage.host.set({ kind: "ready", version: "0.1.0" });
  await storage.status.set(status({ sinks: [] }));
  await settle();
  assert.equal(find("#fix").textContent, "Choose…");
  /** @type {any} */ (find("#fix")).onclick();
  const page = "chrome-extension://abcdef/welcome/welcome.html";
  assert.deepEqual(created, [`${page}#helper`, `${page}#place`]);
  assert.deepEqual(copied, ["potbridge-setup install"]);
});

test("a button that copied a command does not say so of another problem", async () => {
  await storage.host.set({ kind: "absent", reason: "Native host has exited." });
  await settle();
  await /** @type {any} */ (find("#fix")).onclick();
  assert.equal(find("#fix").textContent, "Copied");
  await storage.host.set({ kind: "absent", reason: "Specified native messaging host not found." });
  await settle();
  await storage.host.set({ kind: "absent", reason: "Native host has exited." });
  await settle();
  assert.equal(find("#fix").textContent, "Copy command");
});

test("a failed download needs attention until it is put away", async () => {
  const failed = /** @type {any} */ ({ id: "1", state: "failed", preset: "720p", progress: { bytes: 0 }, notices: [], asked_at: 1, at: 2 });
  await storage.downloads.set({ dir: "/d", downloads: [failed], actionErrors: {} });
  await settle();
  assert.equal(find("#host").textContent, "Needs attention");
  await storage.downloads.set({ dir: "/d", downloads: [], actionErrors: {} });
  await settle();
  assert.equal(find("#host").textContent, "Working");
});

test("the footer leads to the diagnostics and to the first-run page", async () => {
  await settle();
  assert.equal(find("#not-working").getAttribute("href"), "../options/options.html#diagnostics");
  assert.equal(find("#help").getAttribute("href"), "../welcome/welcome.html");
  assert.deepEqual(["#not-working", "#help", "#version"].map((id) => find(id).textContent), ["Not working?", "Help", "potbridge 0.1.0"]);
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
  assert.equal(find("#host").textContent, "Working");
});

test("what the places still hold is said while there is no token", async () => {
  const sink = { kind: "env-file", place: "/srv/.env", last: null, now: { holds: "refused" } };
  await storage.status.set(status({ sinks: [sink] }));
  await settle();
  assert.equal(find("ul", "#empty").textContent, "/srv/.env holds a token that YouTube does not accept.");
  assert.equal(find("#host").textContent, "Needs attention");
  await storage.status.set(status());
  await settle();
  assert.equal(find("ul", "#empty").hidden, true);
  assert.equal(find("h2", "#empty").textContent, "Waiting for a token");
  assert.equal(find("#host").textContent, "Working");
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
  assert.equal(find("#empty").hidden, false);
});

test("the button for a missing permission asks the browser for it", async () => {
  isPermitted = false;
  await storage.status.set(status());
  await settle();
  assert.deepEqual([find("#fix").textContent, find("#host").textContent], ["Allow", "Off"]);
  assert.equal(find("#empty").hidden, true, "the problem says why there is no token");
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
  await storage.videoTitles.set({ dQw4w9WgXcQ: "Four ridges" });
  await settle();
  assert.deepEqual([find("a", "#token").textContent, find("a", "#token").title], ["Four ridges", "dQw4w9WgXcQ"]);
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
  assert.match(find(".until", "#token").textContent, /probably this/);
  assert.match(find(".sure", "#token").textContent, /No request has named it yet/);
  await save({ ...probable, certainty: "certain" });
  await settle();
  assert.match(find(".until", "#token").textContent, /^Works for this video only/);
  assert.equal(find(".sure", "#token").hidden, true);
});

test("a normal window shows no token of a private one", async () => {
  await storage.status.set(status({ tokens: [{ ...token("pp…", 1), private: true }] }));
  await settle();
  assert.equal(find("#token").hidden, true);
});

test("of a token of another browser the command alone is copied", async () => {
  await storage.status.set(status({ tokens: [token("bb…", 20)] }));
  await settle();
  assert.deepEqual([find("#copy").textContent, find("#form").hidden], ["Copy command", true]);
  await /** @type {any} */ (find("#copy")).onclick();
  assert.deepEqual(copied, ["potbridge get --video dQw4w9WgXcQ"]);
});

test("the form in which a token is copied stays chosen, for earlier tokens too", async () => {
  const capture = /** @type {any} */ ({ token: "SECRET" });
  const save = (/** @type {string} */ id, /** @type {number} */ minutesAgo) =>
    storage.journalEntries.set(
      /** @type {any} */ ({ id, order: Number(id), capture, token: token(`${id}…`, minutesAgo), state: "stored" }),
    );
  await save("1", 20);
  await save("2", 10);
  await settle();
  /** @type {any} */ (find("#form")).value = "env";
  /** @type {any} */ (find("#form")).onchange();
  await settle();
  assert.deepEqual(await storage.popupChoices.get(), { form: "env" });
  assert.equal(find("#copy").textContent, "Copy .env line");
  await /** @type {any} */ (find("button", "#earlier")).onclick();
  assert.deepEqual(copied, ["YT_DLP_PO_TOKEN=SECRET"]);
  /** @type {any} */ (find("#form")).value = "token";
  /** @type {any} */ (find("#form")).onchange();
});

test("an old token says how old it is, and a new one can be got", async () => {
  await storage.status.set(status({ tokens: [token("bb…", 7 * 60)] }));
  await settle();
  assert.equal(find(".until", "#token").textContent, "Probably expired: found 7 hours ago");
  assert.deepEqual([find("#host").textContent, find("#copy").className], ["Needs attention", "quiet"]);
  /** @type {any} */ (find("#renew")).onclick();
  assert.deepEqual(sent.at(-1), { type: "on-demand/renew", video_id: "dQw4w9WgXcQ", music: false, container: undefined });
  const row = { video_id: "dQw4w9WgXcQ", client: "popup", at: NOW };
  await storage.tokenRequests.set([{ ...row, state: "waiting" }]);
  await settle();
  assert.equal(find("#renew").textContent, "Getting a new one…");
  await storage.tokenRequests.set([{ ...row, state: "no-token", message: "None came." }]);
  await settle();
  assert.deepEqual([find("#renew").textContent, find(".failed", "#token").textContent], ["Get a new one", "None came."]);
});

test("a place that failed is tried again, and only its own line changes", async () => {
  const report = (/** @type {string} */ place, /** @type {any} */ outcome) => ({ kind: "env-file", place, at: NOW, warnings: [], ...outcome });
  const failed = { outcome: "failed", code: "disk-full", message: "The disk is full." };
  const save = (/** @type {any} */ outcome) =>
    storage.journalEntries.set(
      /** @type {any} */ ({
        id: "1",
        order: 1,
        token: token("aa…", 1),
        state: "stored",
        sinks: [report("/a/.env", { outcome: "written" }), report("/b/.env", outcome)],
      }),
    );
  await save(failed);
  await settle();
  const [first, second] = find("ul", "#token").children;
  assert.equal(first.querySelector(".line")?.textContent, "Not saved in /b/.env: the disk is full");
  assert.equal(find("#host").textContent, "Needs attention");
  const retry = /** @type {any} */ (find("ul", "#token").querySelector("[name=retry]"));
  retry.focus();
  await /** @type {any} */ (retry).onclick();
  assert.deepEqual(sent.at(-1), { type: "try-again" });
  await save({ outcome: "written" });
  await settle();
  assert.deepEqual(find("ul", "#token").children, [first, second]);
  assert.ok(page.activeElement?.checkVisibility(), "the focus fell to the page");
  assert.match(find("#said").textContent, /^Token for .* saved in/);
});

test("only what was counted is shown", async () => {
  await storage.counters.set({ cold_start: 4, fallback: 0, malformed: 0, unreadable: 2 });
  await settle();
  assert.deepEqual(
    find("#counters").children.map(({ dataset }) => dataset.kind),
    ["unreadable", "cold_start"],
  );
  assert.match(find("#counters").textContent, /temporary ones ignored: 4/);
  assert.equal(find("button", "#counters").textContent, "Reload tab");
});
