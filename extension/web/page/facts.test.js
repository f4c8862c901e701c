import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createContext, runInContext } from "node:vm";
import { FakeEvent } from "../../testing/fake-chrome.js";

const SCRIPT = readFileSync(new URL("facts.js", import.meta.url), "utf8");
const LOGGED_OUT = 'ytcfg.set({"LOGGED_IN":false,"INNERTUBE_CONTEXT":{}});';

/**
 * Runs the content script in a page with these scripts.
 * @param {string[]} scripts
 * @param {{readyState?: string, isFrame?: boolean}} [page]
 */
function run(scripts, { readyState = "complete", isFrame = false } = {}) {
  /** @type {any[]} */
  const sent = [];
  const onMessage = new FakeEvent();
  /** @type {Record<string, () => void>} */
  const listeners = {};
  /** @type {(() => void)[]} */
  const mutated = [];
  const document = {
    scripts: scripts.map((textContent) => ({ textContent })),
    readyState,
    addEventListener() {},
  };
  class MutationObserver {
    /** @param {() => void} callback */
    constructor(callback) {
      this.callback = callback;
    }
    observe() {
      mutated.push(this.callback);
    }
    disconnect() {
      mutated.length = 0;
    }
  }
  const context = createContext({
    document,
    MutationObserver,
    chrome: { runtime: { sendMessage: async (/** @type {any} */ message) => sent.push(message), onMessage } },
    addEventListener: (/** @type {string} */ name, /** @type {() => void} */ listener) => (listeners[name] = listener),
  });
  runInContext(`globalThis.window = globalThis; globalThis.top = ${isFrame ? "{}" : "globalThis"};`, context);
  runInContext(SCRIPT, context);
  /** What was sent, of one type or of all. */
  const sentOf = (/** @type {string} */ wanted = "") =>
    JSON.parse(JSON.stringify(sent)).filter((/** @type {any} */ { type }) => !wanted || type === wanted);
  return { sent: sentOf, document, mutated, listeners, onMessage };
}

/**
 * @param {Record<string, unknown>} playability
 * @param {string} [rest]
 */
function answer(playability, rest = "") {
  return `var ytInitialPlayerResponse = {"a":{"b":"}"},"playabilityStatus":${JSON.stringify(playability)}${rest}};`;
}

test("a page says whether somebody is logged in", () => {
  assert.deepEqual(run([LOGGED_OUT]).sent(), [{ type: "page-facts", facts: { loggedIn: false, contentBound: false } }]);
  const [{ facts }] = run(['ytcfg.set({"LOGGED_IN" : true})']).sent();
  assert.equal(facts.loggedIn, true);
});

test("a page says whether its tokens are bound to their videos", () => {
  const flag = "html5_generate_content_po_token";
  for (const text of [`"x=1&${flag}=true"`, `"x\\u003d1\\u0026${flag}\\u003dtrue"`, `"${flag}\\x3dtrue"`]) {
    const [{ facts }] = run([LOGGED_OUT, `ytcfg.set({"serializedExperimentFlags":${text}})`]).sent();
    assert.equal(facts.contentBound, true, text);
  }
  const [{ facts }] = run([LOGGED_OUT, `"${flag}=false"`]).sent();
  assert.equal(facts.contentBound, false);
});

test("a page that has not said it yet is watched until it has", () => {
  const page = run(["var x = 1;"], { readyState: "loading" });
  assert.deepEqual(page.sent(), []);
  page.mutated[0]();
  assert.equal(page.mutated.length, 1);
  page.document.scripts.push({ textContent: LOGGED_OUT });
  page.mutated[0]();
  assert.equal(page.sent().length, 1);
  assert.equal(page.mutated.length, 0);
});

test("the background script can ask for the facts", () => {
  const page = run([LOGGED_OUT]);
  /** @type {any} */
  let told;
  page.onMessage.emit({ type: "read-page-facts" }, {}, (/** @type {any} */ facts) => (told = facts));
  assert.equal(told.loggedIn, false);
});

test("a video that does not play is reported with YouTube's words", () => {
  const status = { status: "LOGIN_REQUIRED", messages: ["This is a private video."], reason: 'Say "please" {' };
  const page = run([LOGGED_OUT, answer(status, ',"videoDetails":{"isPrivate":true}')]);
  const [{ error }] = page.sent("playback-error");
  assert.deepEqual(error, { status: "LOGIN_REQUIRED", reason: 'Say "please" {', isPrivate: true, loggedIn: false });
});

test("the first message stands for a reason that is missing", () => {
  const page = run([LOGGED_OUT, answer({ status: "ERROR", messages: ["Gone."] })]);
  assert.equal(page.sent("playback-error")[0].error.reason, "Gone.");
});

test("a video that plays, and a page without one, report nothing", () => {
  for (const script of [
    answer({ status: "OK" }),
    "var x = 1;",
    'var ytInitialPlayerResponse = {"playabilityStatus":{',
  ]) {
    assert.deepEqual(run([LOGGED_OUT, script]).sent("playback-error"), [], script);
  }
});

test("an embedded player reports no playback error", () => {
  const page = run([LOGGED_OUT, answer({ status: "ERROR" })], { isFrame: true });
  assert.deepEqual(page.sent("playback-error"), []);
});

test("a playback error is looked for once the page is parsed", () => {
  const page = run([LOGGED_OUT], { readyState: "loading" });
  page.document.scripts.push({ textContent: answer({ status: "ERROR" }) });
  assert.deepEqual(page.sent("playback-error"), []);
  page.listeners.DOMContentLoaded();
  assert.equal(page.sent("playback-error").length, 1);
});
