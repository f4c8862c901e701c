import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { FakeAlarms, FakeTabs, installChrome, settle } from "../../testing/fake-chrome.js";
import { openedTabs } from "../storage.js";
import { OpenedTabs } from "./opened-tabs.js";

const FIRST = "https://www.youtube.com/watch?v=v1";
const SECOND = "https://www.youtube.com/watch?v=v2";
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
 * @param {string} [url]
 * @param {string} [container]
 */
async function openTab(url = FIRST, container) {
  const place = await opened.open("tab", url, container);
  assert.ok(place);
  return place;
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
  assert.equal(tabs.tab(place.tab).url, "about:blank");
  assert.deepEqual(await opened.open("parked", SECOND, undefined), place);
  assert.deepEqual([tabs.tab(place.tab).url, tabs.tab(place.tab).muted], [SECOND, true]);
  assert.equal(await opened.open("parked", SECOND, undefined), undefined);
});

test("a parked tab is used in its own container only", async () => {
  const place = await openTab(FIRST, "firefox-container-1");
  await opened.close(place, true);
  assert.equal(await opened.open("parked", SECOND, undefined), undefined);
  assert.deepEqual(await opened.open("parked", SECOND, "firefox-container-1"), place);
});

test("a parked tab is closed after half a minute", async () => {
  const place = await openTab();
  await opened.close(place, true);
  mock.timers.tick(30_000);
  await settle();
  assert.equal(tabs.tabs.length, 1);
  assert.equal(await opened.open("parked", SECOND, undefined), undefined);
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

test("what is parked is closed at once if nobody may ask any more", async () => {
  await opened.close(await openTab(), true);
  opened.closeParked();
  await settle();
  assert.equal(tabs.tabs.length, 1);
});

test("a window of its own is closed, and never parked", async () => {
  const place = await opened.open("window", FIRST, undefined);
  assert.ok(place?.window);
  await opened.close(place, true);
  assert.equal(tabs.windows.length, 1);
  assert.equal(tabs.tabs.length, 1);
});

test("what an earlier script left open is closed first", async () => {
  const left = await openTab(FIRST, "firefox-container-1");
  assert.deepEqual(await openedTabs.get(), [left]);
  const next = new OpenedTabs(() => {});
  await next.open("tab", SECOND, undefined);
  assert.deepEqual(
    tabs.tabs.map(({ url }) => url),
    ["https://example.org/", SECOND],
  );
});

test("an alarm wakes the script while something is open", async () => {
  const place = await openTab();
  assert.deepEqual([...alarms.names], ["opened-tabs"]);
  await opened.close(place, false);
  assert.deepEqual([...alarms.names], []);
});
