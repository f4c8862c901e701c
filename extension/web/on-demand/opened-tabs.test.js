import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { FakeAlarms, FakeTabs, installChrome, installFirefox, settle } from "../../testing/fake-chrome.js";
import { onDemandSettings, openedTabs } from "../storage.js";
import { OpenedTabs } from "./opened-tabs.js";

const FIRST = "https://www.youtube.com/watch?v=v1";
const SECOND = "https://www.youtube.com/watch?v=v2";
const PARKED = "chrome-extension://abcdef/on-demand/parked.html";
/** @type {FakeTabs} */
let tabs;
/** @type {FakeAlarms} */
let alarms;
/** @type {number[]} */
let closed;
/** @type {OpenedTabs} */
let opened;

beforeEach(() => {
  const chrome = installChrome();
  tabs = chrome.fakeTabs;
  alarms = chrome.alarms;
  closed = [];
  opened = new OpenedTabs((tab) => closed.push(tab));
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

/**
 * @param {import("./open-methods.js").OpenMethod} method
 * @param {string} [url]
 * @param {string} [container]
 * @param {OpenedTabs} [by]
 */
function open(method, url = FIRST, container, by = opened) {
  return by.open(method, url, container, () => true);
}

/**
 * @param {string} [url]
 * @param {string} [container]
 */
async function openTab(url = FIRST, container) {
  const place = await open("tab", url, container);
  assert.ok(place);
  return place;
}

/** A tab that has played in a small window, and is parked. */
async function parkPlayed() {
  const place = await open("window");
  assert.ok(place?.window);
  place.hasPlayed = true;
  await opened.close(place, true);
  return place;
}

function windows() {
  return tabs.windows.length;
}

test("a tab is closed without a word to its listener", async () => {
  const place = await openTab();
  await opened.close(place, false);
  assert.equal(tabs.tabs.length, 1);
  assert.deepEqual(closed, []);
});

test("a tab that the user closes is heard of", async () => {
  const { tab } = await openTab();
  tabs.close(tab);
  assert.deepEqual(closed, [tab]);
});

test("another tab that the user closes is not heard of", () => {
  tabs.close(1);
  assert.deepEqual(closed, []);
});

test("a tab that the user turned to stays, and plays aloud", async () => {
  const place = await openTab();
  tabs.tab(place.tab).active = true;
  await opened.close(place, true);
  assert.equal(tabs.tab(place.tab).muted, false);
});

test("a parked tab is used for the next video", async () => {
  const place = await openTab();
  await opened.close(place, true);
  assert.equal(tabs.tab(place.tab).url, PARKED);
  assert.equal(await open("parked", SECOND), place);
  assert.deepEqual([tabs.tab(place.tab).url, tabs.tab(place.tab).muted], [SECOND, true]);
  assert.equal(await open("parked", SECOND), undefined);
});

test("a parked tab is used in its own container only", async () => {
  const place = await openTab(FIRST, "firefox-container-1");
  await opened.close(place, true);
  assert.equal(await open("parked", SECOND), undefined);
  assert.equal(await open("parked", SECOND, "firefox-container-1"), place);
});

test("a parked tab that was never shown is closed after half a minute", async () => {
  const place = await openTab();
  await opened.close(place, true);
  mock.timers.tick(30_000);
  await settle();
  assert.equal(tabs.tabs.length, 1);
  assert.equal(await open("parked", SECOND), undefined);
});

test("one tab a container is parked, and the next one is closed", async () => {
  const [first, second] = [await openTab(), await openTab(SECOND)];
  await opened.close(first, true);
  await opened.close(second, true);
  assert.deepEqual(
    tabs.tabs.map(({ id }) => id),
    [1, first.tab],
  );
});

test("a tab that has played in a small window moves into the user's window and stays", async () => {
  const place = await parkPlayed();
  const { windowId, active, url, muted } = tabs.tab(place.tab);
  assert.deepEqual([windowId, active, url, muted, windows()], [1, false, PARKED, true, 1]);
  mock.timers.tick(24 * 3_600_000);
  await settle();
  assert.equal(await open("parked", SECOND), place);
  assert.equal(tabs.tab(place.tab).url, SECOND);
  await opened.close(place, true);
  assert.equal(await open("window", FIRST), place);
  assert.equal(windows(), 1, "no other window was opened");
});

test("it takes the place of a parked tab that does not stay", async () => {
  const first = await openTab();
  const played = await open("window", SECOND);
  assert.ok(played);
  await opened.close(first, true);
  played.hasPlayed = true;
  await opened.close(played, true);
  assert.deepEqual(
    tabs.tabs.map(({ id }) => id),
    [1, played.tab],
  );
});

test("without a window of the user it waits in its own, and not for long", async () => {
  const place = await open("window");
  assert.ok(place);
  tabs.windows = tabs.windows.filter(({ type }) => type === "popup");
  place.hasPlayed = true;
  await opened.close(place, true);
  assert.equal(windows(), 1);
  mock.timers.tick(30_000);
  await settle();
  assert.equal(windows(), 0);
});

test("a small window that has not played is used for the next video, and not for a hidden one", async () => {
  const place = await open("window");
  assert.ok(place?.window);
  await opened.close(place, true);
  assert.equal(await open("parked", SECOND), undefined);
  assert.equal(await open("window", SECOND), place);
  assert.deepEqual([tabs.tab(place.tab).url, windows()], [SECOND, 2]);
  await opened.close(place, false);
  assert.deepEqual([windows(), tabs.tabs.length], [1, 1]);
});

test("one small window is open at a time, and the next video is opened in its tab", async () => {
  const first = await open("window");
  assert.ok(first);
  const second = open("window", SECOND);
  const unwanted = opened.open("window", SECOND, undefined, () => false);
  const third = open("window", FIRST);
  await settle();
  assert.equal(windows(), 2);
  first.hasPlayed = true;
  await opened.close(first, true);
  assert.equal(await second, first);
  assert.equal(await unwanted, undefined);
  await opened.close(first, false);
  assert.ok((await third)?.window, "the tab was closed, and a window is opened once more");
});

test("a small window that the user closes lets the next one open", async () => {
  const first = await open("window");
  const second = open("window", SECOND);
  await settle();
  assert.ok(first?.window);
  await chrome.windows.remove(first.window);
  assert.ok((await second)?.window);
  assert.deepEqual(closed, [first.tab]);
});

test("a window that cannot be opened lets the next one open", async () => {
  const { create } = chrome.windows;
  chrome.windows.create = /** @type {any} */ (() => Promise.reject(new Error("no room")));
  await assert.rejects(open("window"), /no room/);
  chrome.windows.create = create;
  assert.ok(await open("window"));
});

test("a parked tab whose page the browser has discarded is replaced", async () => {
  const { tab } = await parkPlayed();
  const discarded = tabs.discard(tab);
  assert.equal(await open("parked", SECOND), undefined);
  assert.ok(!tabs.tabs.some(({ id }) => id === discarded));
  assert.ok((await open("window", SECOND))?.window);
});

test("a parked tab that the user closes is not heard of, and replaced", async () => {
  const { tab } = await parkPlayed();
  tabs.close(tab);
  assert.deepEqual(closed, []);
  assert.equal(await open("parked", SECOND), undefined);
});

test("a parked tab that the user looks at is not used", async () => {
  const { tab } = await parkPlayed();
  tabs.tab(tab).active = true;
  assert.equal(await open("parked", SECOND), undefined);
  assert.equal(tabs.tab(tab).url, PARKED);
});

test("what is parked is closed at once if nobody may ask any more", async () => {
  await opened.close(await openTab(), true);
  await parkPlayed();
  opened.closeParked();
  await settle();
  assert.deepEqual([tabs.tabs.length, windows()], [1, 1]);
});

test("what is closed only then is not parked", async () => {
  const place = await openTab();
  opened.closeParked();
  await opened.close(place, true);
  assert.equal(tabs.tabs.length, 1);
  await opened.close(await openTab(SECOND), true);
  assert.equal(tabs.tabs.length, 2);
});

test("what is just being parked when nobody may ask any more is closed", async (context) => {
  const place = await openTab();
  const get = /** @type {(tab: number) => Promise<chrome.tabs.Tab>} */ (chrome.tabs.get.bind(chrome.tabs));
  context.mock.method(chrome.tabs, "get", (/** @type {number} */ tab) => {
    opened.closeParked();
    return get(tab);
  });
  await opened.close(place, true);
  assert.equal(tabs.tabs.length, 1);
});

test("a window comes to the front, and goes back before it is closed", async () => {
  const place = await open("window");
  assert.ok(place?.window);
  await opened.raise(place);
  assert.deepEqual([tabs.window(place.window).focused, tabs.window(1).focused], [true, false]);
  assert.equal(tabs.onFocusChanged.listeners.size, 0, "the focus is not given back at once");
  place.hasPlayed = true;
  await opened.close(place, true);
  assert.equal(tabs.window(1).focused, true);
  await opened.raise(place);
  assert.equal(tabs.window(1).focused, true, "it has no window any more");
});

test("in a browser that nobody looks at the tab stays, blank and in front", async () => {
  const place = await open("active");
  assert.ok(place);
  assert.equal(tabs.tab(place.tab).active, true);
  await opened.close(place, false);
  opened.closeParked();
  await settle();
  assert.equal(tabs.tab(place.tab).url, "about:blank");
  // Another page came to the front.
  tabs.tab(place.tab).active = false;
  assert.equal(await open("active", SECOND), place);
  assert.deepEqual([tabs.tabs.length, tabs.tab(place.tab).active], [2, true]);
  tabs.tab(place.tab).active = false;
  await opened.show(place);
  assert.equal(tabs.tab(place.tab).active, true);
});

test("an address is opened again in the tab that does not show it, and nowhere if that is closed", async () => {
  const place = await openTab();
  tabs.tab(place.tab).url = "about:neterror";
  await opened.openAgain(place, FIRST);
  assert.deepEqual([tabs.tab(place.tab).url, tabs.tab(place.tab).active], [FIRST, false]);
  tabs.close(place.tab);
  await opened.openAgain(place, FIRST);
});

test("what an earlier script left open is closed first", async () => {
  const left = await openTab(FIRST, "firefox-container-1");
  assert.deepEqual(await openedTabs.get(), [left]);
  await opened.close(await openTab(), true);
  await open("tab", SECOND, undefined, new OpenedTabs(() => {}));
  assert.deepEqual(
    tabs.tabs.map(({ url }) => url),
    ["https://example.org/", SECOND],
  );
});

test("a tab that has played is parked by the next script, also one that was in use", async () => {
  const { tab } = await parkPlayed();
  await open("parked", SECOND);
  opened = new OpenedTabs((closedTab) => closed.push(closedTab));
  await settle();
  assert.equal(tabs.tab(tab).url, PARKED);
  const next = new OpenedTabs((closedTab) => closed.push(closedTab));
  assert.equal((await open("parked", SECOND, undefined, next))?.tab, tab);
  assert.equal(windows(), 1);
});

test("one that was closed or discarded meanwhile is not", async () => {
  const { tab } = await parkPlayed();
  tabs.tab(tab).discarded = true;
  const next = new OpenedTabs(() => {});
  assert.equal(await open("parked", SECOND, undefined, next), undefined);
  assert.deepEqual([tabs.tabs.length, await openedTabs.get()], [1, []]);
});

test("an alarm wakes the script while something is open that is not to stay", async () => {
  const place = await openTab();
  assert.deepEqual([...alarms.names], ["opened-tabs"]);
  await opened.close(place, false);
  assert.deepEqual([...alarms.names], []);
  await parkPlayed();
  assert.deepEqual([[...alarms.names], opened.hasOpen], [[], false]);
});

/** The browser is Firefox. */
function beFirefox() {
  tabs = installFirefox().fakeTabs;
  opened = new OpenedTabs((tab) => closed.push(tab));
}

test("Firefox shows a tab empty for a moment, and keeps it", async () => {
  beFirefox();
  const place = await open("window");
  assert.ok(place);
  const { windowId, active, url, muted } = tabs.tab(place.tab);
  assert.deepEqual([windowId, active, url, muted, windows()], [1, false, FIRST, true, 1]);
  await opened.close(place, true);
  assert.equal(await open("parked", SECOND), place);
});

test("Firefox opens no window for the second of two videos, which waits for the tab of the first", async () => {
  beFirefox();
  const first = await open("window");
  assert.ok(first);
  const second = open("window", SECOND);
  await settle();
  assert.equal(tabs.tab(first.tab).url, FIRST);
  await opened.close(first, true);
  assert.equal(await second, first);
  assert.equal(tabs.tab(first.tab).url, SECOND);
});

test("Firefox opens another window if the user has closed the tab for which a video waits", async () => {
  beFirefox();
  const first = await open("window");
  assert.ok(first);
  const second = open("window", SECOND);
  await settle();
  tabs.close(first.tab);
  assert.notEqual((await second)?.tab, first.tab);
});

test("Firefox opens no window if none may take the focus", async () => {
  beFirefox();
  await onDemandSettings.change({ raise: false });
  await assert.rejects(open("window"), { code: "page-hidden" });
  assert.equal(tabs.tabs.length, 1);
});

test("a tab that is still on its way to the parked page is opened only when it is there", async () => {
  const place = await parkPlayed();
  await open("parked");
  tabs.loadsAtOnce = false;
  const closing = opened.close(place, true);
  await settle();
  const opening = open("parked", SECOND);
  await settle();
  assert.equal(tabs.tab(place.tab).url, PARKED);
  tabs.onUpdated.emit(place.tab, { status: "loading" });
  tabs.onUpdated.emit(place.tab, { status: "complete" });
  assert.equal(await opening, place);
  await closing;
  assert.equal(tabs.tab(place.tab).url, SECOND);
});

test("a tab that is on its way to the parked page is found by the next background script", async () => {
  const place = await open("window");
  assert.ok(place?.window);
  place.hasPlayed = true;
  tabs.loadsAtOnce = false;
  void opened.close(place, true);
  await settle();
  const [stored] = await openedTabs.get();
  assert.equal(stored.tab, place.tab);
  assert.equal(stored.window, undefined);
  assert.equal(stored.isParked, true);
});

test("a tab that was moved out of its window since that was noted is closed, and no window", async () => {
  const place = await open("window");
  assert.ok(place?.window);
  tabs.tab(place.tab).windowId = 1;
  tabs.tab(place.tab).active = false;
  const before = windows();
  await opened.close(place, false);
  assert.equal(windows(), before);
  assert.equal(tabs.tabs.some(({ id }) => id === place.tab), false);
});
