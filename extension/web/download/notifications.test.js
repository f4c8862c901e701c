import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { FakeEvent, installChrome } from "../../testing/fake-chrome.js";
import { noticeSettings } from "../storage.js";
import { notifyOfEnd, notifyOfStartError, onDownloadNoticeClicked } from "./notifications.js";

/** @type {[string, {title: string, message: string}][]} */
let shown;
/** @type {string[]} */
let cleared;
let popups = 0;
const onClicked = new FakeEvent();

beforeEach(() => {
  [shown, cleared, popups] = [[], [], 0];
  onClicked.listeners.clear();
  installChrome({
    action: {
      openPopup: async () => (popups += 1),
    },
    notifications: {
      onClicked,
      create: async (/** @type {string} */ id, /** @type {any} */ options) => shown.push([id, options]),
      clear: async (/** @type {string} */ id) => cleared.push(id),
    },
  });
});

/**
 * @param {Partial<import("./download.js").Download>} more
 * @returns {import("./download.js").Download}
 */
function download(more) {
  return {
    id: "d1",
    preset: "best",
    subtitles: false,
    state: "done",
    progress: { bytes: 0 },
    notices: [],
    asked_at: 1,
    at: 1,
    ...more,
  };
}

test("a download that is done shows its title and file name, if all are told", async () => {
  await notifyOfEnd(download({ title: "Fog", file: "/v/Fog.mp4" }));
  assert.equal(shown.length, 0);
  await noticeSettings.change({ downloads: "all" });
  await notifyOfEnd(download({ title: "Fog", file: "C:\\Videos\\Fog.mp4" }));
  const [[id, { title, message }]] = shown;
  assert.deepEqual([id, title, message], ["download/done/d1", "Download finished", "Fog\nFog.mp4"]);
});

test("a download that failed shows why, unless none are told", async () => {
  await notifyOfEnd(download({ state: "failed", video_id: "v1", error: { code: "no-network", message: "No network." } }));
  const [[id, { title, message }]] = shown;
  assert.deepEqual([id, title, message], ["download/failed/d1", "Download failed", "v1\nYouTube cannot be reached"]);
  await noticeSettings.change({ downloads: "none" });
  await notifyOfEnd(download({ state: "failed" }));
  assert.equal(shown.length, 1);
});

test("a cancelled download shows nothing", async () => {
  await noticeSettings.change({ downloads: "all" });
  await notifyOfEnd(download({ state: "cancelled" }));
  assert.deepEqual(shown, []);
});

test("a click opens a finished download's file, and else the popup", () => {
  /** @type {string[]} */
  const opened = [];
  onDownloadNoticeClicked((id) => opened.push(id));
  onClicked.emit("download/done/d1");
  onClicked.emit("another/done/d2");
  assert.deepEqual([opened, popups], [["d1"], 0]);
  notifyOfStartError("No host.");
  onClicked.emit(shown[0][0]);
  assert.deepEqual([opened, popups, cleared], [["d1"], 1, ["download/done/d1", "download/not-started"]]);
});
