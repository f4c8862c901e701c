import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { FakeTabs, installChrome } from "../../testing/fake-chrome.js";
import { moveToNormalWindow, openActiveTab, openTab } from "./tab.js";

const URL = "https://www.youtube.com/watch?v=v1";
/** @type {FakeTabs} */
let tabs;

beforeEach(() => {
  tabs = installChrome().fakeTabs;
});

test("a tab opens muted and in the background", async () => {
  const id = await openTab(URL, undefined);
  const { url, active, muted, windowId, cookieStoreId } = tabs.tab(id);
  assert.deepEqual([url, active, muted, windowId, cookieStoreId], [URL, false, true, 1, undefined]);
});

test("the focused window is preferred to the last one", async () => {
  tabs.windows.push({ id: 2, type: "normal", incognito: false, focused: false });
  assert.equal(tabs.tab(await openTab(URL, undefined)).windowId, 1);
  tabs.window(1).focused = false;
  assert.equal(tabs.tab(await openTab(URL, undefined)).windowId, 2);
});

test("a tab of a container opens in it", async () => {
  assert.equal(tabs.tab(await openTab(URL, "firefox-container-1")).cookieStoreId, "firefox-container-1");
});

test("no tab opens in a private window", async () => {
  tabs.windows.push({ id: 2, type: "normal", incognito: true, focused: false });
  tabs.window(1).focused = false;
  tabs.window(2).focused = true;
  assert.equal(tabs.tab(await openTab(URL, undefined)).windowId, 1);
  tabs.windows.shift();
  await assert.rejects(openTab(URL, undefined), /no window is open/);
});

test("without a normal window nothing is opened", async () => {
  tabs.windows = [{ id: 3, type: "popup", incognito: false, focused: true }];
  await assert.rejects(openTab(URL, undefined), /no window is open/);
});

test("in a browser that nobody looks at a tab opens in front", async () => {
  const { active, muted, url } = tabs.tab(await openActiveTab(URL, undefined));
  assert.deepEqual([active, muted, url], [true, true, URL]);
});

test("a tab moves into the user's window, and stays in the background", async () => {
  const { tabs: own = [] } = /** @type {chrome.windows.Window} */ (await chrome.windows.create({ type: "popup", url: URL }));
  await moveToNormalWindow(/** @type {number} */ (own[0].id));
  const { windowId, active } = tabs.tab(/** @type {number} */ (own[0].id));
  assert.deepEqual([windowId, active, tabs.windows.length], [1, false, 1]);
});
