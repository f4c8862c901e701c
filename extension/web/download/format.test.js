import assert from "node:assert/strict";
import { before, test } from "node:test";
import { installChrome } from "../../testing/fake-chrome.js";
import { detailOf, stateOf, summaryOf, titleOf } from "./format.js";

before(() => void installChrome());

/**
 * @param {Partial<import("./download.js").Download>} more
 * @returns {import("./download.js").Download}
 */
function download(more) {
  return {
    id: "d1",
    preset: "best",
    subtitles: false,
    state: "downloading",
    progress: { bytes: 0 },
    notices: [],
    asked_at: 1,
    at: 1,
    ...more,
  };
}

test("a download without a title is named by video, playlist or id", () => {
  const list = { list_id: "PL1", videos: 0, done: 0, failed: 0 };
  assert.equal(titleOf(download({ title: "Fog", video_id: "v1" })), "Fog");
  assert.equal(titleOf(download({ video_id: "v1", list })), "Video v1");
  assert.equal(titleOf(download({ list })), "Playlist PL1");
  assert.equal(titleOf(download({})), "d1");
});

test("a state of a later host is under way", () => {
  assert.equal(stateOf(download({ state: "waiting-for-token" })), "Fetching a token");
  assert.equal(stateOf(download({ state: /** @type {any} */ ("transcoding") })), "Under way");
});

test("progress has only the numbers that are known", () => {
  const summary = (/** @type {import("../../types/messages.js").DownloadProgress} */ progress) =>
    summaryOf(download({ progress }));
  assert.equal(summary({ bytes: 0 }), "Downloading");
  assert.equal(summary({ bytes: 2_500_000 }), "2.5 MB");
  assert.equal(summary({ permille: 410, bytes: 1 }), "41%");
  assert.equal(summary({ permille: 410, bytes: 1, total: 7_400_000, speed: 1_000_000, eta: 12 }), "41% · 0:12");
});

test("the detail has size and speed", () => {
  const detail = (/** @type {Partial<import("./download.js").Download>} */ more) => detailOf(download(more));
  assert.equal(detail({ progress: { bytes: 3_000_000, total: 7_400_000, speed: 1_000_000 } }), "3 MB of 7.4 MB · 1 MB/s");
  assert.equal(detail({ progress: { bytes: 3_000_000, total: 7_400_000 } }), "3 MB of 7.4 MB");
  assert.equal(detail({ progress: { bytes: 3_000_000 } }), "");
  assert.equal(detail({ state: "done", progress: { bytes: 3_200_000 } }), "3.2 MB");
});

test("a playlist counts its videos", () => {
  const list = { list_id: "PL1", videos: 12, done: 3, failed: 0 };
  assert.equal(summaryOf(download({ state: "done", list })), "Done · 3 of 12 videos");
  assert.equal(summaryOf(download({ state: "done", list: { ...list, videos: 0 } })), "Done · Videos: 3");
  assert.equal(
    summaryOf(download({ state: "done", list: { ...list, failed: 2 } })),
    "Done · 3 of 12 videos · 2 not available",
  );
});
