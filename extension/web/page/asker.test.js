import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { installChrome, settle } from "../../testing/fake-chrome.js";
import { PageAsker } from "./asker.js";

const REQUEST = { url: "https://a.googlevideo.com/videoplayback?a=b", tabId: 7, frameId: 0 };
const PAGE = { address: "https://www.youtube.com/watch?v=x", opened_at: 10, since: 20, ad: false, links: [] };

/** @type {any[]} What wasm was told. */
let shown;
/** @type {unknown[]} */
let news;
/** @type {string | undefined} What wasm makes of it. */
let answer;
/** @type {unknown} What the page's content script says. */
let page;
/** @type {PageAsker} */
let asker;

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 5000 });
  [shown, news, answer, page] = [[], [], '{"changes":{"entries":[]}}', PAGE];
  const executeScript = async (/** @type {any} */ { world }) => [{ result: world === "MAIN" ? "" : page }];
  installChrome({ scripting: { executeScript } });
  const wasm = {
    pageShows: (/** @type {string} */ name, /** @type {string} */ told, /** @type {number} */ askedAt) => {
      shown.push([name, JSON.parse(told), askedAt]);
      return answer;
    },
  };
  asker = new PageAsker(Promise.resolve({ wasm }), async (item) => void news.push(item));
});

afterEach(() => mock.timers.reset());

test("what the page shows reaches wasm, and what wasm makes of it is handed on", async () => {
  await asker.ask(REQUEST);
  assert.deepEqual(shown, [["7/0", PAGE, 5000]]);
  assert.deepEqual(news, [{ changes: { entries: [] } }]);
  mock.timers.tick(5000);
  await settle();
  assert.equal(shown.length, 1);
});

test("a page that names nothing is asked once more", async () => {
  answer = undefined;
  await asker.ask(REQUEST);
  await asker.ask(REQUEST);
  assert.equal(shown.length, 2);
  mock.timers.tick(1000);
  await settle();
  assert.deepEqual([shown.length, shown[2][2]], [3, 6000]);
  mock.timers.tick(5000);
  await settle();
  assert.equal(shown.length, 3);
  assert.deepEqual(news, []);
});

test("a page that does not answer tells wasm nothing", async () => {
  page = null;
  await asker.ask(REQUEST);
  mock.timers.tick(1000);
  await settle();
  assert.deepEqual(shown, []);
});

test("a service worker is not asked", async () => {
  await asker.ask({ ...REQUEST, tabId: -1 });
  mock.timers.tick(1000);
  await settle();
  assert.deepEqual(shown, []);
});
