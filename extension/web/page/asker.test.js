import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { installChrome, settle } from "../../testing/fake-chrome.js";
import { PageAsker } from "./asker.js";

const REQUEST = { url: "https://a.googlevideo.com/videoplayback?a=b", tabId: 7, frameId: 0 };
const [VIDEO, CPN] = ["dQw4w9WgXcQ", "G3iep-t_Rs_pkoUQ"];
/** What wasm is told of the page. */
const PAGE = { address: "https://www.youtube.com/watch?v=x", opened_at: 10, since: 20, ad: false, links: [] };
const STILL = { ...PAGE, plays: false };

/** @type {any[]} What wasm was told. */
let shown;
/** @type {unknown[]} */
let news;
/** @type {string | undefined} What wasm makes of it. */
let answer;
/** @type {unknown} What the page's content script says. */
let page;
/** What the page's player says. */
let player = "";
/** @type {number[]} The tabs that were opened for the tokens of their videos. */
let awaited;
/** @type {PageAsker} */
let asker;

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 5000 });
  awaited = [];
  [shown, news, answer, page, player] = [[], [], '{"changes":{"entries":[]}}', STILL, `${VIDEO} ${CPN}  \n`];
  const executeScript = async (/** @type {any} */ { world }) => [{ result: world === "MAIN" ? player : page }];
  installChrome({ scripting: { executeScript } });
  const wasm = {
    pageShows: (/** @type {string} */ name, /** @type {string} */ told, /** @type {number} */ askedAt) => {
      shown.push([name, JSON.parse(told), askedAt]);
      return answer;
    },
  };
  asker = new PageAsker(Promise.resolve({ wasm }), async (item) => void news.push(item), (tab) => awaited.includes(tab));
});

afterEach(() => mock.timers.reset());

/** The page is looked at again. */
async function wait() {
  mock.timers.tick(1700);
  await settle();
}

test("what a player says that names its playback reaches wasm at once", async () => {
  await asker.ask(REQUEST);
  assert.deepEqual(shown, [["7/0", { ...PAGE, player: { video_id: VIDEO, cpn: CPN } }, 5000]]);
  assert.deepEqual(news, [{ changes: { entries: [] } }]);
  await wait();
  assert.equal(shown.length, 1);
});

test("a page whose player names no playback is believed at the second look", async () => {
  player = "";
  await asker.ask(REQUEST);
  assert.deepEqual(shown, []);
  await wait();
  assert.deepEqual(shown, [["7/0", PAGE, 6700]]);
  await wait();
  assert.equal(shown.length, 1);
});

test("an advertisement that the page shows late is told instead of the video", async () => {
  player = "";
  await asker.ask(REQUEST);
  page = { ...STILL, ad: true };
  await wait();
  assert.deepEqual(shown, [["7/0", { ...PAGE, ad: true }, 6700]]);
});

/**
 * @param {number} ms
 */
async function pass(ms) {
  mock.timers.tick(ms);
  await settle();
}

test("if somebody waits for the page's token, a page that plays is believed sooner", async () => {
  [player, awaited] = ["", [7]];
  page = { ...STILL, plays: true };
  await asker.ask(REQUEST);
  assert.deepEqual(shown, [], "an advertisement that begins is not shown as one yet");
  await pass(600);
  assert.deepEqual(shown, [["7/0", PAGE, 5600]]);
  await pass(1100);
  assert.equal(shown.length, 1);
});

test("one that does not play is not believed sooner", async () => {
  [player, awaited] = ["", [7]];
  await asker.ask(REQUEST);
  await pass(600);
  await asker.ask(REQUEST);
  assert.deepEqual(shown, []);
  await pass(1100);
  assert.deepEqual(shown, [["7/0", PAGE, 6700]]);
});

test("neither is a frame of such a page, nor another tab", async () => {
  [player, awaited] = ["", [7]];
  page = { ...STILL, plays: true };
  await asker.ask({ ...REQUEST, frameId: 3 });
  await asker.ask({ ...REQUEST, tabId: 8 });
  await pass(600);
  assert.deepEqual(shown, []);
  await pass(1100);
  assert.equal(shown.length, 2);
});

test("an advertisement that plays by then is told instead of the video", async () => {
  [player, awaited] = ["", [7]];
  await asker.ask(REQUEST);
  page = { ...STILL, plays: true, ad: true };
  await pass(600);
  assert.deepEqual(shown, [["7/0", { ...PAGE, ad: true }, 5600]]);
});

test("when the capture is paused, such a page is not asked again", async () => {
  [player, awaited] = ["", [7]];
  await asker.ask(REQUEST);
  await pass(600);
  asker.stop();
  await pass(1100);
  assert.deepEqual(shown, []);
});

test("a page that names nothing is asked once more, however often it is to be asked", async () => {
  answer = undefined;
  await asker.ask(REQUEST);
  await asker.ask(REQUEST);
  assert.equal(shown.length, 2);
  await wait();
  assert.equal(shown.length, 3);
  await wait();
  assert.equal(shown.length, 3);
  assert.deepEqual(news, []);
});

test("each playback of a page is asked about", async () => {
  player = "";
  await asker.ask({ ...REQUEST, url: `${REQUEST.url}&cpn=${CPN}` });
  await asker.ask({ ...REQUEST, url: `${REQUEST.url}&cpn=AAAAAAAAAAAAAAAA` });
  await wait();
  assert.equal(shown.length, 2);
});

test("a page that does not answer tells wasm nothing", async () => {
  page = null;
  await asker.ask(REQUEST);
  await wait();
  assert.deepEqual(shown, []);
});

test("a service worker is not asked", async () => {
  await asker.ask({ ...REQUEST, tabId: -1 });
  await wait();
  assert.deepEqual(shown, []);
});

test("when the capture is paused, a page is not asked once more", async () => {
  answer = undefined;
  await asker.ask(REQUEST);
  asker.stop();
  mock.timers.tick(1700);
  await settle();
  assert.equal(shown.length, 1);
  await asker.ask(REQUEST);
  mock.timers.tick(1700);
  await settle();
  assert.equal(shown.length, 3);
});

test("what is under way when the capture is paused comes to nothing", async () => {
  /** @type {string[]} */
  const done = [];
  /** @type {(() => void)[]} */
  const waiting = [];
  page = undefined;
  chrome.scripting.executeScript = /** @type {any} */ (
    async (/** @type {any} */ { world, files }) => {
      done.push(files?.[0] ?? world);
      await new Promise((resolve) => waiting.push(() => resolve(undefined)));
      return [{ result: world === "MAIN" ? player : page }];
    }
  );
  const asking = asker.ask(REQUEST);
  asker.stop();
  while (waiting.length > 0) {
    waiting.shift()?.();
    await settle();
  }
  await asking;
  await wait();
  assert.deepEqual([done, shown, news], [["ISOLATED", "MAIN"], [], []], "nothing is put into the page, and nothing named");
});

test("what a page answers after the pause is not told", async () => {
  const asking = asker.ask(REQUEST);
  asker.stop();
  await asking;
  await wait();
  assert.deepEqual([shown, news], [[], []]);
});
