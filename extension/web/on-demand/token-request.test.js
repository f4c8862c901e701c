import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { tokenRequestFrom, watchUrl } from "./token-request.js";

test("a request is answered before the host stops waiting", () => {
  mock.timers.enable({ apis: ["Date"], now: 1000 });
  const message = /** @type {const} */ ({
    type: "token-request",
    id: "r1",
    video_id: "v",
    music: false,
    client: "yt-dlp",
    bypass_cache: true,
    allowed: true,
    timeout_ms: 30_000,
  });
  assert.deepEqual(tokenRequestFrom(message), {
    id: "r1",
    video_id: "v",
    music: false,
    container: undefined,
    client: "yt-dlp",
    bypass_cache: true,
    allowed: true,
    since: 1000,
    until: 30_700,
  });
  assert.equal(tokenRequestFrom({ ...message, timeout_ms: 100 }).until, 1000);
  // A host of an earlier version says nothing of it.
  assert.equal(tokenRequestFrom(/** @type {any} */ ({ ...message, allowed: undefined })).allowed, false);
  mock.timers.reset();
});

test("a request for YouTube Music opens YouTube Music", () => {
  assert.equal(watchUrl({ video_id: "v", music: false }), "https://www.youtube.com/watch?v=v");
  assert.equal(watchUrl({ video_id: "v", music: true }), "https://music.youtube.com/watch?v=v");
});
