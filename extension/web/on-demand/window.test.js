import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { FakeTabs, installChrome, settle } from "../../testing/fake-chrome.js";
import { openUnfocusedWindow } from "./window.js";

const URL = "https://www.youtube.com/watch?v=v1";
/** @type {FakeTabs} */
let tabs;

beforeEach(() => {
  tabs = installChrome().fakeTabs;
  Object.assign(tabs.window(1), { left: 0, top: 0, width: 1600, height: 900, state: "normal" });
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

test("a small muted window opens in the corner of the focused one", async () => {
  const { tab, window } = await openUnfocusedWindow(URL, undefined, () => 0);
  const { type, focused, left, top, width, height } = tabs.window(window);
  assert.deepEqual([type, focused, left, top, width, height], ["popup", false, 1096, 516, 480, 360]);
  assert.deepEqual([tabs.tab(tab).url, tabs.tab(tab).muted], [URL, true]);
});

test("a second window opens beside the first", async () => {
  const { window } = await openUnfocusedWindow(URL, undefined, () => 1);
  assert.equal(tabs.window(window).left, 592);
});

test("a window that the browser refuses at its place opens elsewhere", async () => {
  const create = chrome.windows.create;
  chrome.windows.create = /** @type {any} */ (
    (/** @type {any} */ how) => ("left" in how ? Promise.reject(new Error("out of bounds")) : create(how))
  );
  const { window } = await openUnfocusedWindow(URL, undefined, () => 0);
  assert.equal(tabs.window(window).left, undefined);
});

test("the focus goes back to the window that had it", async () => {
  const { window } = await openUnfocusedWindow(URL, undefined, () => 0);
  tabs.window(1).focused = false;
  tabs.window(window).focused = true;
  tabs.onFocusChanged.emit(window);
  await settle();
  assert.equal(tabs.window(1).focused, true);
  assert.equal(tabs.window(window).focused, false);
});

test("the focus is the user's once the window has settled", async () => {
  await openUnfocusedWindow(URL, undefined, () => 0);
  assert.equal(tabs.onFocusChanged.listeners.size, 1);
  mock.timers.tick(1500);
  assert.equal(tabs.onFocusChanged.listeners.size, 0);
});
