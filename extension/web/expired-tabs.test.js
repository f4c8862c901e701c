import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { FakeAlarms, FakeEvent, installChrome, settle } from "../testing/fake-chrome.js";
import { ExpiredTabs } from "./expired-tabs.js";
import { expiredTabs as storedTabs } from "./storage.js";

const alarms = Object.assign(new FakeAlarms(), { onAlarm: new FakeEvent() });
const onUpdated = new FakeEvent();
/** @type {{id: number, url: string, incognito: boolean}[]} */
let tabs;
/** @type {{tabs: number[], expired: number[]} | undefined} */
let told;
/** @type {number[]} */
let left;

beforeEach(() => {
  [tabs, told, left] = [[{ id: 7, url: "https://www.youtube.com/watch?v=v1", incognito: false }], undefined, []];
  for (const event of [alarms.onAlarm, onUpdated]) event.listeners.clear();
  mock.timers.reset();
  mock.timers.enable({ apis: ["Date"], now: 1000 });
  installChrome({ alarms, tabs: { onUpdated, query: async () => tabs } });
});

function make() {
  const pageOf = async (/** @type {string} */ url) => ({ video_id: url.split("v=")[1], music: false });
  return new ExpiredTabs(pageOf, { onChange: (tabs) => (told = tabs), onLeft: (tab) => left.push(tab) });
}

/**
 * @param {string} video_id
 * @param {number} fresh_until
 * @param {boolean} [isPrivate]
 */
function token(video_id, fresh_until, isPrivate = false) {
  return /** @type {any} */ ({ video_id, fresh_until, private: isPrivate });
}

test("a tab is told when the newest token of its video is no longer fresh", async () => {
  const expired = make();
  await expired.learn([token("v1", 2000), token("v1", 1500), token("v2", 900)]);
  assert.deepEqual([told, alarms.names.has("token-expires")], [{ tabs: [], expired: [] }, true]);
  mock.timers.setTime(2000);
  alarms.onAlarm.emit({ name: "retry" });
  await settle();
  assert.deepEqual(told?.expired, []);
  alarms.onAlarm.emit({ name: "token-expires" });
  await settle();
  assert.deepEqual(told, { tabs: [7], expired: [7] });
  // The host forgets it.
  await expired.learn([]);
  assert.deepEqual(told?.expired, [7]);
  await expired.learn([token("v1", 9000)]);
  assert.deepEqual(told, { tabs: [7], expired: [] });
});

test("a tab that goes to another video has that one's token", async () => {
  await make().learn([token("v1", 900), token("v2", 5000)]);
  assert.deepEqual(told?.expired, [7]);
  tabs = [{ id: 7, url: "https://www.youtube.com/watch?v=v2", incognito: false }];
  onUpdated.emit(7, { url: tabs[0].url }, tabs[0]);
  await settle();
  assert.deepEqual([told, left], [{ tabs: [], expired: [] }, [7]]);
});

test("a tab that leaves YouTube is forgotten, and other sites' tabs are not looked at", async () => {
  await make().learn([token("v1", 900)]);
  told = undefined;
  onUpdated.emit(8, { status: "complete" }, { id: 8 });
  await settle();
  assert.equal(told, undefined);
  tabs = [];
  onUpdated.emit(7, { status: "loading" }, { id: 7 });
  await settle();
  assert.deepEqual([told, left], [{ tabs: [], expired: [] }, [7]]);
});

test("a private window's token is none of another window's", async () => {
  await make().learn([token("v1", 900, true)]);
  assert.deepEqual(told?.expired, []);
  tabs[0].incognito = true;
  onUpdated.emit(7, { status: "complete" }, tabs[0]);
  await settle();
  assert.deepEqual(told?.expired, [7]);
});

test("the next background script knows which buttons have a look of their own", async () => {
  await make().learn([token("v1", 900)]);
  assert.deepEqual(await storedTabs.get(), [7]);
  onUpdated.listeners.clear();
  await make().learn([token("v1", 5000)]);
  assert.deepEqual(told, { tabs: [7], expired: [] });
});
