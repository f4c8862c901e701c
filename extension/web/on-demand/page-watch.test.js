import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { installChrome, settle } from "../../testing/fake-chrome.js";
import { watchPage } from "./page-watch.js";

const VIDEO = "dQw4w9WgXcQ";
const PLAYING = { paused: false, currentTime: 0.2, readyState: 4 };

/** @type {{location: {href: string}, document: {visibilityState: string, querySelectorAll: () => object[]}} | undefined} */
let page;
/** @type {object[]} The media elements of the page. */
let media;
/** @type {import("./page-watch.js").PageState[]} */
let seen;
/** @type {() => void} */
let stop;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  [media, seen] = [[], []];
  const document = { visibilityState: "visible", querySelectorAll: () => media };
  page = { location: { href: `https://www.youtube.com/watch?v=${VIDEO}&t=5` }, document };
  /** @param {{target: object, func: (video: string) => unknown, args: [string]}} injection */
  const executeScript = async ({ target, func, args }) => {
    assert.deepEqual(target, { tabId: 7 });
    if (!page) throw new Error("Cannot access contents of the page.");
    Object.assign(globalThis, page);
    return [{ result: func(...args) }];
  };
  installChrome({ scripting: { executeScript } });
  stop = () => {};
});

afterEach(() => {
  stop();
  for (const name of ["location", "document"]) Reflect.deleteProperty(globalThis, name);
});

async function watch() {
  stop = watchPage(7, VIDEO, (state) => seen.push(state));
  await settle();
}

async function pass() {
  mock.timers.tick(250);
  await settle();
}

test("a page is looked at until the watch is stopped", async () => {
  await watch();
  await pass();
  assert.equal(seen.length, 2);
  stop();
  await pass();
  assert.equal(seen.length, 2);
});

test("it plays once its time moves", async () => {
  media = [PLAYING];
  await watch();
  assert.deepEqual(seen, [{ hidden: false, plays: true, held: false }]);
});

test("it is held back if it could begin and does not", async () => {
  await watch();
  for (const element of [
    { paused: false, currentTime: 0, readyState: 4 },
    { paused: true, currentTime: 0, readyState: 2 },
    { paused: false, currentTime: 0, readyState: 0 },
    { paused: true, currentTime: 3, readyState: 4 },
  ]) {
    media = [element];
    await pass();
  }
  assert.deepEqual(
    seen.map(({ plays, held }) => [plays, held]),
    [
      [false, false],
      [false, true],
      [false, true],
      [false, false],
      [false, false],
    ],
  );
  media.push(PLAYING, { paused: true, currentTime: 0, readyState: 4 });
  await pass();
  assert.deepEqual(seen.at(-1), { hidden: false, plays: true, held: false });
});

test("whether anybody can see it is told", async () => {
  if (page) page.document.visibilityState = "hidden";
  await watch();
  assert.equal(seen[0].hidden, true);
});

test("what the tab showed before, or shows instead, does not count", async () => {
  media = [PLAYING];
  if (page) page.location.href = "https://www.youtube.com/watch?v=FcRzAdI8R9U";
  await watch();
  page = undefined;
  await pass();
  assert.deepEqual(seen, []);
});
