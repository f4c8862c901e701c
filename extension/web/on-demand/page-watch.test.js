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
/** @type {import("./page-watch.js").Left[]} */
let left;
/** @type {{status: string, url?: string, pendingUrl?: string} | undefined} What the browser says of the tab. */
let tab;
/** @type {boolean} */
let isPermitted;
/** @type {() => void} */
let stop;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 0 });
  [media, seen, left, isPermitted] = [[], [], [], true];
  tab = { status: "complete" };
  const document = { visibilityState: "visible", querySelectorAll: () => media };
  page = { location: { href: `https://www.youtube.com/watch?v=${VIDEO}&t=5` }, document };
  /** @param {{target: object, func: (video: string) => unknown, args: [string]}} injection */
  const executeScript = async ({ target, func, args }) => {
    assert.deepEqual(target, { tabId: 7 });
    if (!page) throw new Error("Cannot access contents of the page.");
    Object.assign(globalThis, page);
    return [{ result: func(...args) }];
  };
  const get = async (/** @type {number} */ id) => {
    assert.equal(id, 7);
    if (!tab) throw new Error("No tab with id: 7.");
    return tab;
  };
  installChrome({ scripting: { executeScript }, tabs: { get }, permissions: { contains: async () => isPermitted } });
  stop = () => {};
});

afterEach(() => {
  stop();
  for (const name of ["location", "document"]) Reflect.deleteProperty(globalThis, name);
});

async function watch() {
  stop = watchPage(
    7,
    VIDEO,
    (state) => seen.push(state),
    (where) => left.push(where),
  );
  await settle();
}

async function pass(looks = 1) {
  for (let look = 0; look < looks; look += 1) {
    mock.timers.tick(250);
    await settle();
  }
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
  assert.deepEqual(seen, [{ hidden: false, plays: true, held: false, paused: false }]);
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
    seen.map(({ plays, held, paused }) => [plays, held, paused]),
    [
      [false, false, false],
      [false, true, false],
      [false, true, true],
      [false, false, false],
      [false, false, false],
    ],
  );
  media.push(PLAYING, { paused: true, currentTime: 0, readyState: 4 });
  await pass();
  assert.deepEqual(seen.at(-1), { hidden: false, plays: true, held: false, paused: false });
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

test("a site that may not be looked at is told once, and not at the first redirect", async () => {
  page = undefined;
  await watch();
  await pass(5);
  assert.deepEqual(left, []);
  await pass(10);
  assert.deepEqual(left, ["elsewhere"]);
});

for (const [what, now] of /** @type {const} */ ([
  ["that still loads", { status: "loading" }],
  ["whose address is known", { status: "complete", url: `https://www.youtube.com/watch?v=${VIDEO}` }],
  ["that is on its way", { status: "complete", pendingUrl: `https://www.youtube.com/watch?v=${VIDEO}` }],
  ["that is closed", undefined],
])) {
  test(`a tab ${what} has not left`, async () => {
    [page, tab] = [undefined, now];
    await watch();
    await pass(20);
    assert.deepEqual(left, []);
  });
}

test("nothing is known to have left if a host's permission is missing", async () => {
  [page, isPermitted] = [undefined, false];
  await watch();
  await pass(20);
  assert.deepEqual(left, []);
});

test("another video is told if the page stays with it", async () => {
  const own = page?.location.href ?? "";
  const move = (/** @type {string} */ href) => page && (page.location.href = href);
  move("https://www.youtube.com/watch?v=FcRzAdI8R9U&t=1");
  await watch();
  await pass(5);
  move(own);
  await pass();
  move("https://www.youtube.com/shorts/FcRzAdI8R9U");
  await pass(6);
  assert.deepEqual(left, []);
  await pass();
  assert.deepEqual(left, ["another-video"]);
});

test("another video that the next page is about to replace is none", async () => {
  if (page) page.location.href = "https://www.youtube.com/watch?v=FcRzAdI8R9U";
  tab = { status: "loading" };
  await watch();
  await pass(20);
  assert.deepEqual(left, []);
});

test("a page of the site without a video is waited for", async () => {
  if (page) page.location.href = "https://www.youtube.com/";
  await watch();
  await pass(20);
  assert.deepEqual(left, []);
});
