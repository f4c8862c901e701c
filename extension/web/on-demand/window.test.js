import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { FakeTabs, installChrome, settle } from "../../testing/fake-chrome.js";
import { bringToFront, openSmallWindow } from "./window.js";

const URL = "https://www.youtube.com/watch?v=v1";
/** @type {FakeTabs} */
let tabs;

beforeEach(() => {
  tabs = installChrome().fakeTabs;
  Object.assign(tabs.window(1), { left: 0, top: 0, width: 1600, height: 900, state: "normal" });
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

/**
 * Where a window opens while the user's has this place and size.
 * @param {object} [user]
 */
async function placeBeside(user = {}) {
  Object.assign(tabs.window(1), user);
  const { left, top } = tabs.window((await openSmallWindow(URL, undefined)).window);
  return [left, top];
}

test("a small muted window opens without the focus", async () => {
  const { tab, window } = await openSmallWindow(URL, undefined);
  const { type, focused, width, height } = tabs.window(window);
  assert.deepEqual([type, focused, width, height], ["popup", false, 480, 360]);
  assert.deepEqual([tabs.tab(tab).url, tabs.tab(tab).muted], [URL, true]);
});

test("it sticks out of the user's window, where there is a screen for certain", async () => {
  assert.deepEqual(await placeBeside({ left: 300, top: 200 }), [236, 136]);
});

test("at the screen's beginning it sticks out at the other end", async () => {
  assert.deepEqual(await placeBeside({ left: 10, top: 63 }), [1194, 667]);
  assert.deepEqual(await placeBeside({ left: 0, top: 0, width: 300, height: 300 }), [0, 4]);
});

test("in the corner of a window that fills the screen it is whole", async () => {
  assert.deepEqual(await placeBeside({ state: "maximized" }), [1096, 516]);
});

test("a minimized window is not where it seems to be", async () => {
  assert.deepEqual(await placeBeside({ state: "minimized" }), [undefined, undefined]);
});

test("if another program has the focus, it opens beside the last window", async () => {
  tabs.windows.push({ ...tabs.window(1), id: 99, left: 500, top: 500, focused: false });
  assert.deepEqual(await placeBeside({ focused: false }), [436, 436]);
});

test("a window that the browser refuses at its place opens elsewhere", async () => {
  const create = chrome.windows.create;
  chrome.windows.create = /** @type {any} */ (
    (/** @type {any} */ how) => ("left" in how ? Promise.reject(new Error("out of bounds")) : create(how))
  );
  assert.deepEqual(await placeBeside(), [undefined, undefined]);
});

/**
 * The user, or the system, turns to a window.
 * @param {number} id
 */
async function focus(id) {
  for (const window of tabs.windows) window.focused = window.id === id;
  tabs.onFocusChanged.emit(id);
  await settle();
}

test("the focus goes back to the window that had it", async () => {
  const { window } = await openSmallWindow(URL, undefined);
  await focus(window);
  assert.equal(tabs.window(1).focused, true);
  assert.equal(tabs.window(window).focused, false);
});

test("the focus is the user's once the window has settled", async () => {
  const { window } = await openSmallWindow(URL, undefined);
  mock.timers.tick(1500);
  await focus(window);
  assert.equal(tabs.window(window).focused, true);
});

test("a window that may comes to the front, and goes back", async () => {
  const { window, settle: settled } = await openSmallWindow(URL, undefined);
  settled();
  const lower = await bringToFront(window);
  assert.deepEqual([tabs.window(window).focused, tabs.window(1).focused], [true, false]);
  await lower();
  assert.deepEqual([tabs.window(window).focused, tabs.window(1).focused], [false, true]);
});

test("if another program had the focus, it goes back to that", async () => {
  tabs.window(1).focused = false;
  const { window } = await openSmallWindow(URL, undefined);
  await (await bringToFront(window))();
  assert.deepEqual([tabs.window(window).focused, tabs.window(1).focused], [false, false]);
});

test("a focus that the user has moved meanwhile stays", async () => {
  tabs.windows.push({ ...tabs.window(1), id: 99, focused: false });
  const { window } = await openSmallWindow(URL, undefined);
  const lower = await bringToFront(window);
  await focus(99);
  await lower();
  assert.equal(tabs.window(99).focused, true);
});
