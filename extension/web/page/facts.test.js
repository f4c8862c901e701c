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
    scripts: /** @type {{textContent: string}[]} */ (scripts.map((textContent) => ({ textContent }))),
    readyState,
    addEventListener: (/** @type {string} */ name, /** @type {() => void} */ listener) => {
      const others = listeners[name];
      listeners[name] = () => {
        others?.();
        listener();
      };
    },
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
    WeakSet,
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

/** The facts that were sent last. */
function last(/** @type {{sent: (type: string) => any[]}} */ page) {
  return page.sent("page-facts").at(-1)?.facts;
}

test("a page says whether somebody is logged in", () => {
  assert.deepEqual(run([LOGGED_OUT]).sent(), [
    { type: "page-facts", facts: { logged_in: false, content_bound: false } },
  ]);
  assert.equal(last(run(['ytcfg.set({"LOGGED_IN" : true})'])).logged_in, true);
});

test("a page says to what its tokens are bound", () => {
  for (const [flag, fact] of [
    ["html5_generate_content_po_token", "content_bound"],
    ["html5_generate_session_po_token", "session_bound"],
  ]) {
    for (const text of [`"x=1&${flag}=true"`, `"x\\u003d1\\u0026${flag}\\u003dtrue"`, `"${flag}\\x3dtrue"`]) {
      assert.equal(last(run([LOGGED_OUT, `ytcfg.set({"serializedExperimentFlags":${text}})`]))[fact], true, text);
    }
    assert.equal(last(run([LOGGED_OUT, `"${flag}=false"`]))[fact], false);
  }
});

test("a page says which client it is", () => {
  const page = run(['ytcfg.set({"INNERTUBE_CLIENT_NAME":"WEB_REMIX","LOGGED_IN":false,"INNERTUBE_CONTEXT":{}});']);
  assert.equal(last(page).client, "WEB_REMIX");
  assert.equal(last(run([LOGGED_OUT, 'x({"INNERTUBE_CLIENT_NAME":"a b"})'])).client, undefined);
});

test("a page that has not said it yet says so, and is watched until it is parsed", () => {
  const page = run(["var x = 1;"], { readyState: "loading" });
  assert.deepEqual(page.sent(), [{ type: "page-facts", facts: {} }]);
  page.mutated[0]();
  page.document.scripts.push({ textContent: LOGGED_OUT });
  page.mutated[0]();
  assert.equal(page.sent().length, 2);
  page.document.scripts.push({ textContent: '"html5_generate_content_po_token=true"' });
  page.mutated[0]();
  assert.equal(last(page).content_bound, true);
  page.mutated[0]();
  assert.equal(page.sent().length, 3, "nothing new");
  page.listeners.DOMContentLoaded();
  assert.equal(page.mutated.length, 0);
});

test("each script is read once, when it has its text", () => {
  const page = run([], { readyState: "loading" });
  let read = 0;
  let text = "";
  const script = {
    get textContent() {
      read += 1;
      return text;
    },
  };
  page.document.scripts.push(script);
  page.mutated[0]();
  text = LOGGED_OUT;
  page.mutated[0]();
  assert.equal(last(page).logged_in, false);
  text = '"LOGGED_IN":true';
  page.mutated[0]();
  assert.equal(last(page).logged_in, false);
  assert.equal(read, 2);
});

test("the background script can ask for the facts", () => {
  const page = run([LOGGED_OUT]);
  /** @type {any} */
  let told;
  page.onMessage.emit({ type: "read-page-facts" }, {}, (/** @type {any} */ facts) => (told = facts));
  assert.equal(told.logged_in, false);
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

test("a page out of the browser's cache says anew what it is", () => {
  const page = run([LOGGED_OUT]);
  const before = page.sent("page-facts").length;
  const show = /** @type {(event: {persisted: boolean}) => void} */ (page.listeners.pageshow);
  show({ persisted: false });
  assert.equal(page.sent("page-facts").length, before);
  show({ persisted: true });
  assert.deepEqual(page.sent("page-facts").at(-1).facts.logged_in, false);
  assert.equal(page.sent("page-facts").length, before + 1);
});
