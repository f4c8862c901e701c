import assert from "node:assert/strict";
import { test } from "node:test";
import { actionsOf, inOrder, isFinal, PRESETS } from "./download.js";

/**
 * @param {Partial<import("./download.js").Download>} [more]
 * @returns {import("./download.js").Download}
 */
function download(more = {}) {
  return {
    id: "d1",
    preset: "best",
    subtitles: false,
    state: "queued",
    progress: { bytes: 0 },
    notices: [],
    asked_at: 1,
    at: 1,
    ...more,
  };
}

test("the best preset comes first, and sound only last", () => {
  assert.deepEqual(PRESETS, ["best", "1080p", "720p", "480p", "360p", "audio"]);
});

test("a download that ended in any way is final", () => {
  for (const state of /** @type {const} */ (["done", "failed", "cancelled"])) assert.ok(isFinal(download({ state })));
  for (const state of /** @type {const} */ (["queued", "waiting-for-token", "downloading", "unknown"])) {
    assert.ok(!isFinal(download({ state })), state);
  }
});

test("each state offers the actions that are possible in it", () => {
  assert.deepEqual(actionsOf(download({ state: "queued" })), ["cancel"]);
  assert.deepEqual(actionsOf(download({ state: "processing" })), ["cancel"]);
  assert.deepEqual(actionsOf(download({ state: "failed" })), ["retry", "forget"]);
  assert.deepEqual(actionsOf(download({ state: "cancelled" })), ["retry", "forget"]);
  assert.deepEqual(actionsOf(download({ state: "done", file: "/v/a.mp4" })), ["open", "show", "forget"]);
  assert.deepEqual(actionsOf(download({ state: "done" })), ["forget"]);
});

test("what runs comes first, then what failed, what waits and what is finished", () => {
  const ids = inOrder([
    download({ id: "done-old", state: "done", asked_at: 1 }),
    download({ id: "running-old", state: "downloading", asked_at: 2 }),
    download({ id: "cancelled-new", state: "cancelled", asked_at: 9 }),
    download({ id: "failed-new", state: "failed", asked_at: 9 }),
    download({ id: "waits-for-token", state: "waiting-for-token", asked_at: 3 }),
    download({ id: "queued-new", asked_at: 8 }),
    download({ id: "queued-old", asked_at: 7 }),
  ]).map(({ id }) => id);
  assert.deepEqual(ids, [
    "waits-for-token",
    "running-old",
    "failed-new",
    "queued-old",
    "queued-new",
    "cancelled-new",
    "done-old",
  ]);
});
