import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { FakeEvent, installChrome, settle } from "../../testing/fake-chrome.js";
import { FactsByFrame, pageName } from "./facts-by-frame.js";

const onRemoved = new FakeEvent();
/** @type {unknown[]} The pages that were asked. */
let asked;
/** @type {unknown} What a page answers. */
let answer;
/** @type {any[]} What was put into pages. */
let given;
/** @type {unknown[]} What wasm was told. */
let said;
/** @type {unknown[]} */
let news;
/** @type {FactsByFrame} */
let facts;

beforeEach(() => {
  onRemoved.listeners.clear();
  [asked, given, said, news, answer] = [[], [], [], [], { logged_in: true }];
  installChrome({
    scripting: { executeScript: async (/** @type {unknown} */ injection) => void given.push(injection) },
    tabs: {
      onRemoved,
      sendMessage: async (/** @type {number} */ tab, /** @type {any} */ { type }, /** @type {any} */ { frameId }) => {
        asked.push([tab, frameId, type]);
        if (answer instanceof Error) throw answer;
        return answer;
      },
    },
  });
  const wasm = {
    pageSays: (/** @type {string} */ page, /** @type {string} */ told) => {
      said.push([page, JSON.parse(told)]);
      return '{"changes":{"entries":[]}}';
    },
    forgetPage: (/** @type {string} */ page) => void said.push(page),
    forgetTab: (/** @type {number} */ tab) => void said.push(tab),
  };
  facts = new FactsByFrame(Promise.resolve({ wasm }), async (item) => void news.push(item));
});

/**
 * @param {number} id
 */
function sender(id) {
  return /** @type {any} */ ({ tab: { id }, frameId: 0 });
}

test("a page is a frame of a tab, and a service worker is none", () => {
  assert.equal(pageName({ tabId: 12, frameId: 3 }), "12/3");
  assert.equal(pageName({ tabId: -1, frameId: 0 }), undefined);
});

test("what a page told reaches wasm, and is not asked for again", async () => {
  const told = { logged_in: false, content_bound: true, session_bound: true, client: "WEB" };
  await facts.note(sender(7), { ...told, .../** @type {any} */ ({ more: 1 }) });
  await facts.known({ tabId: 7, frameId: 0 });
  assert.deepEqual([said, asked], [[["7/0", told]], []]);
  assert.deepEqual(news, [{ changes: { entries: [] } }]);
});

test("a page that has told nothing is asked once", async () => {
  await facts.known({ tabId: 7, frameId: 3 });
  await facts.known({ tabId: 7, frameId: 3 });
  assert.deepEqual(asked, [[7, 3, "read-page-facts"]]);
  assert.deepEqual(said, [["7/3", { logged_in: true }]]);
});

test("a page that was open before the extension gets the content script once", async () => {
  answer = new Error("Could not establish connection. Receiving end does not exist.");
  chrome.scripting.executeScript = /** @type {any} */ (
    async (/** @type {unknown} */ injection) => {
      given.push(injection);
      answer = { logged_in: true };
    }
  );
  await facts.known({ tabId: 7, frameId: 3 });
  assert.deepEqual(given, [
    { target: { tabId: 7, frameIds: [3] }, files: ["page/facts.js"], injectImmediately: true },
  ]);
  assert.deepEqual(said, [["7/3", { logged_in: true }]]);
});

test("a page that cannot have the content script is given it once", async () => {
  answer = new Error("Could not establish connection. Receiving end does not exist.");
  await facts.known({ tabId: 7, frameId: 3 });
  await facts.known({ tabId: 7, frameId: 3 });
  assert.deepEqual([given.length, said], [1, []]);
  await facts.note(/** @type {any} */ ({ tab: { id: 7 }, frameId: 3 }), {});
  await facts.known({ tabId: 7, frameId: 3 });
  assert.equal(given.length, 2, "another document");
});

test("a page that does not answer has no facts, and is asked again", async () => {
  answer = new Error("Could not establish connection.");
  await facts.known({ tabId: 7, frameId: 0 });
  answer = undefined;
  await facts.known({ tabId: 7, frameId: 0 });
  assert.deepEqual(said, []);
  answer = { logged_in: true };
  await facts.known({ tabId: 7, frameId: 0 });
  assert.deepEqual([asked.length, said.length], [4, 1]);
});

test("a page that hangs is not waited for", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    answer = new Promise(() => {});
    const known = facts.known({ tabId: 7, frameId: 0 });
    await settle();
    mock.timers.tick(300);
    await known;
    assert.deepEqual(said, []);
  } finally {
    mock.timers.reset();
  }
});

/** A page that answers when a test says so. */
function slow() {
  let tell = (/** @type {unknown} */ _) => {};
  answer = new Promise((resolve) => (tell = resolve));
  return tell;
}

/** A request's page is waited for until the limit. */
async function waitForIt() {
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    const known = facts.known({ tabId: 7, frameId: 0 });
    await settle();
    mock.timers.tick(300);
    await known;
  } finally {
    mock.timers.reset();
  }
}

test("an answer that comes late counts, and the page is not asked meanwhile", async () => {
  const tell = slow();
  await waitForIt();
  await waitForIt();
  assert.deepEqual([asked.length, said], [1, []]);
  tell({ logged_in: true });
  await settle();
  assert.deepEqual(said, [["7/0", { logged_in: true }]]);
  await facts.known({ tabId: 7, frameId: 0 });
  assert.equal(asked.length, 1);
});

test("a late answer does not count for another document, a closed tab or after a pause", async () => {
  for (const end of [() => facts.note(sender(7), {}), () => onRemoved.emit(7), () => facts.askAnew()]) {
    const tell = slow();
    await waitForIt();
    await end();
    await settle();
    said.length = 0;
    tell({ logged_in: true });
    await settle();
    assert.deepEqual(said, [], String(end));
  }
});

test("what an earlier document said is forgotten when the next one begins", async () => {
  await facts.note(sender(7), { logged_in: false });
  await facts.note(sender(7), {});
  assert.deepEqual(said.slice(1), ["7/0"]);
});

test("a page that has not come to its configuration yet is no other document", async () => {
  answer = {};
  await facts.known({ tabId: 7, frameId: 0 });
  assert.deepEqual(said, []);
});

test("a page that begins anew is asked again", async () => {
  await facts.note(sender(7), { logged_in: false });
  await facts.note(sender(7), {});
  await facts.known({ tabId: 7, frameId: 0 });
  assert.deepEqual(asked, [[7, 0, "read-page-facts"]]);
});

test("a service worker has no facts", async () => {
  await facts.known({ tabId: -1, frameId: 0 });
  await facts.note(/** @type {any} */ ({}), { logged_in: true });
  assert.deepEqual([asked, said], [[], []]);
});

test("a closed tab's pages are forgotten, and no other tab's", async () => {
  for (const id of [7, 77]) await facts.note(sender(id), { logged_in: true });
  onRemoved.emit(7);
  await settle();
  assert.equal(said.at(-1), 7);
  await facts.known({ tabId: 77, frameId: 0 });
  assert.deepEqual(asked, []);
  await facts.known({ tabId: 7, frameId: 0 });
  assert.equal(asked.length, 1);
});

test("after a pause, in which nobody heard of new pages, each is asked anew", async () => {
  await facts.note(sender(7), { logged_in: false });
  facts.askAnew();
  await facts.known({ tabId: 7, frameId: 0 });
  assert.deepEqual(asked, [[7, 0, "read-page-facts"]]);
});
