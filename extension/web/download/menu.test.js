import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { FakeEvent, installChrome, settle } from "../../testing/fake-chrome.js";
import { addMenu } from "./menu.js";

const WATCH = "https://www.youtube.com/watch?v=v1";
const onClicked = new FakeEvent();
const onCommand = new FakeEvent();
const onInstalled = new FakeEvent();
/** @type {any[]} The entries in the browser's menus. */
let entries;
/** @type {any} The tab that the browser has in front. */
let active;
/** @type {unknown[]} */
let started;
/** @type {string[]} */
let errors;

beforeEach(() => {
  for (const event of [onClicked, onCommand, onInstalled]) event.listeners.clear();
  [entries, started, errors] = [[], [], []];
  installChrome({
    runtime: { onInstalled, onStartup: new FakeEvent() },
    tabs: { query: async () => [active] },
    contextMenus: {
      onClicked,
      create: (/** @type {any} */ entry) => entries.push(entry),
      removeAll: async () => void (entries = []),
    },
    commands: { onCommand },
  });
  addMenu(
    async (address) =>
      address.includes("youtube.com") ? { video_id: address.split("v=")[1], music: false } : undefined,
    (target, tab) => started.push([target.video_id, tab?.id]),
    (message) => errors.push(message),
  );
});

test("a link is downloaded in the session of its tab", async () => {
  onClicked.emit({ linkUrl: "https://www.youtube.com/watch?v=v2", pageUrl: WATCH }, { id: 7, url: WATCH });
  await settle();
  assert.deepEqual([started, errors], [[["v2", 7]], []]);
});

test("a page is downloaded by its tab's present address", async () => {
  onClicked.emit({ pageUrl: "https://www.youtube.com/watch?v=old" }, { id: 7, url: WATCH });
  await settle();
  assert.deepEqual(started, [["v1", 7]]);
});

test("what is no video is said to be none", async () => {
  onClicked.emit({ linkUrl: "https://example.org/" }, { id: 7 });
  onClicked.emit({ linkUrl: "https://www.youtube.com/playlist?list=PL1" }, { id: 7 });
  await settle();
  assert.deepEqual(started, []);
  assert.equal(errors.length, 2);
  assert.match(errors[0], /There is no video here/);
});

test("the keyboard command downloads the tab in front", async () => {
  active = { id: 9, url: WATCH };
  onCommand.emit("download", undefined);
  onCommand.emit("another", undefined);
  onCommand.emit("download", { id: 8, url: "https://www.youtube.com/watch?v=v3" });
  await settle();
  assert.deepEqual(started.sort(), [
    ["v1", 9],
    ["v3", 8],
  ]);
});

test("an update makes each menu entry once", async () => {
  onInstalled.emit();
  onInstalled.emit();
  await settle();
  assert.deepEqual(
    entries.map(({ id }) => id),
    ["download-link", "download-page"],
  );
});
