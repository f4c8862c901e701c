import assert from "node:assert/strict";
import { test } from "node:test";
import { installChrome } from "../../testing/fake-chrome.js";
import { mediaRequests } from "../requests.js";
import { watchMedia } from "./media-watch.js";

test("the first media request is seen, and then nothing listens", () => {
  const { onBeforeRequest } = installChrome().webRequest;
  const watch = watchMedia(7);
  assert.equal(watch.seen, false);
  const [filter] = onBeforeRequest.listeners.values();
  assert.deepEqual(filter, { urls: mediaRequests(), tabId: 7 });
  onBeforeRequest.emit({});
  assert.equal(watch.seen, true);
  assert.equal(onBeforeRequest.listeners.size, 0);
});

test("a watch that is stopped listens no more", () => {
  const { onBeforeRequest } = installChrome().webRequest;
  watchMedia(7).stop();
  assert.equal(onBeforeRequest.listeners.size, 0);
});
