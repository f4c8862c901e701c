import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { installChrome, settle } from "../testing/fake-chrome.js";
import { videoTitles } from "./storage.js";
import { VideoTitles } from "./video-titles.js";

const URL_OF = "https://www.youtube.com/watch?v=";
/** @type {ReturnType<typeof installChrome>} */
let chrome;
let isPaused = false;

beforeEach(() => {
  chrome = installChrome();
  isPaused = false;
  new VideoTitles({
    ready: Promise.resolve(),
    isPaused: () => isPaused,
    pageOf: async (url) => ({ video_id: url.startsWith(URL_OF) ? url.slice(URL_OF.length) : undefined, music: false }),
  });
});

/**
 * A tab has another title.
 * @param {string} title
 * @param {Record<string, unknown>} [tab]
 */
async function show(title, tab) {
  chrome.fakeTabs.onUpdated.emit(1, { title }, { url: `${URL_OF}v1`, incognito: false, ...tab });
  await settle();
  return videoTitles.get();
}

test("a watch page's title is kept without what YouTube puts around it", async () => {
  assert.deepEqual(await show("(3) Four ridges - YouTube"), { v1: "Four ridges" });
  assert.deepEqual(await show("Five ridges - YouTube Music"), { v1: "Five ridges" });
});

test("other titles are not kept", async () => {
  assert.deepEqual(await show("YouTube"), {});
  assert.deepEqual(await show("www.youtube.com/watch?v=v1"), {});
  assert.deepEqual(await show("A title - YouTube", { url: "https://www.youtube.com/" }), {});
  assert.deepEqual(await show("A title - YouTube", { url: undefined }), {});
  assert.deepEqual(await show("A title - YouTube", { incognito: true }), {});
  isPaused = true;
  assert.deepEqual(await show("A title - YouTube"), {});
});

test("the oldest title goes", async () => {
  for (let number = 0; number <= 100; number += 1) {
    chrome.fakeTabs.onUpdated.emit(1, { title: `${number} - YouTube` }, { url: `${URL_OF}n${number}`, incognito: false });
  }
  for (let round = 0; round < 40; round += 1) await settle();
  const kept = Object.keys(await videoTitles.get());
  assert.deepEqual([kept.length, kept[0], kept.at(-1)], [100, "n1", "n100"]);
});
