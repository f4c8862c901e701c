import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { before, test } from "node:test";
import { installChrome } from "../testing/fake-chrome.js";
import { addressRequests, bodyRequests, mediaRequests, playerSites } from "./requests.js";

before(() => void installChrome());

test("the manifest's pages are the sites with a player", () => {
  assert.deepEqual(playerSites(), [
    "www.youtube.com",
    "m.youtube.com",
    "music.youtube.com",
    "studio.youtube.com",
    "www.youtube-nocookie.com",
  ]);
});

test("bodies of player requests and the first media request are read", () => {
  const requests = bodyRequests();
  assert.equal(requests.length, 5 * 3 + 2);
  for (const pattern of [
    "https://www.youtube.com/youtubei/v1/player*",
    "https://m.youtube.com/youtubei/v1/get_watch*",
    "https://www.youtube-nocookie.com/youtubei/v1/reel/reel_item_watch*",
    "https://*.googlevideo.com/initplayback*",
  ]) {
    assert.ok(requests.includes(pattern), pattern);
  }
});

test("captions, reports and manifests are read by their address", () => {
  const requests = addressRequests();
  assert.equal(requests.length, 5 * 5 + 2);
  assert.ok(requests.includes("https://*.googlevideo.com/api/manifest/*"));
  assert.ok(requests.includes("https://music.youtube.com/api/timedtext*"));
  assert.ok(requests.includes("https://www.youtube.com/api/stats/delayplay*"));
});

test("media come from the hosts without pages", () => {
  assert.deepEqual(mediaRequests(), [
    "https://*.googlevideo.com/videoplayback*",
    "https://*.c.youtube.com/videoplayback*",
  ]);
});

test("what is listened to is what wasm reads", () => {
  const texts = [new URL("../src/", import.meta.url), new URL("../../protocol/src/", import.meta.url)].flatMap((source) =>
    readdirSync(source, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".rs") && !/(?:tests|test_data)\.rs$/.test(name))
      .map((name) => readFileSync(new URL(name, source), "utf8").split("#[cfg(test)]")[0]),
  );
  const path = /"(\/(?:youtubei|api|videoplayback|initplayback)\b[a-z0-9_/]*)"/g;
  const known = texts.flatMap((text) => [...text.matchAll(path)].map(([, found]) => found));
  const patterns = [...bodyRequests(), ...addressRequests(), ...mediaRequests()];
  const heard = patterns.map((pattern) => pattern.replace(/^https:\/\/[^/]+|\*$/g, ""));
  assert.deepEqual([...new Set(heard)].sort(), [...new Set(known)].sort());
});
