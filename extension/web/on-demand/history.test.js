import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { installChrome } from "../../testing/fake-chrome.js";
import { tokenRequests } from "../storage.js";
import { RequestHistory } from "./history.js";

/** @type {RequestHistory} */
let history;

beforeEach(() => {
  installChrome();
  history = new RequestHistory();
});

/**
 * @param {string} video_id
 * @param {string} [client]
 * @param {number} [since]
 */
function request(video_id, client = "get", since = 1) {
  return { id: video_id, video_id, music: false, client, bypass_cache: false, allowed: true, since, until: 2 };
}

/**
 * @param {string} video_id
 * @param {string} [client]
 * @param {number} [since]
 */
function add(video_id, client, since) {
  history.add(request(video_id, client, since), "waiting");
}

test("the newest request comes first, and fifty are kept", async () => {
  for (let number = 1; number <= 60; number += 1) add(`v${number}`);
  const kept = (await tokenRequests.get()).map(({ video_id }) => video_id);
  assert.deepEqual([kept.length, kept[0], kept.at(-1)], [50, "v60", "v11"]);
});

test("a request that waits for an answer is none whose token is fetched, and is lost like others", async () => {
  /** @type {boolean[]} */
  const heard = [];
  history = new RequestHistory((isWaiting) => heard.push(isWaiting));
  history.add(request("a"), "consent");
  await new RequestHistory().load();
  assert.deepEqual([heard, (await tokenRequests.get())[0].state], [[false], "lost"]);
  history.end(request("a"), "waiting");
  assert.deepEqual(heard, [false, true]);
});

test("a client that requests the same video again has one row", async () => {
  add("a", "get", 1);
  history.end(request("a"), "no-token", "none came");
  add("b", "get", 2);
  add("a", "yt-dlp", 3);
  add("a", "get", 4);
  assert.deepEqual(await tokenRequests.get(), [
    { video_id: "a", client: "get", at: 4, state: "waiting" },
    { video_id: "a", client: "yt-dlp", at: 3, state: "waiting" },
    { video_id: "b", client: "get", at: 2, state: "waiting" },
  ]);
});

test("a request that ends has its state and its reason", async () => {
  add("a");
  add("b");
  history.end(request("a"), "tab-closed", "closed");
  history.end(request("b"), "captured");
  assert.deepEqual(
    (await tokenRequests.get()).map(({ state, message }) => [state, message]),
    [
      ["captured", undefined],
      ["tab-closed", "closed"],
    ],
  );
});

test("what waited when the script was stopped is lost", async () => {
  add("a");
  history.end(request("a"), "captured");
  add("b");
  await new RequestHistory().load();
  assert.deepEqual(
    (await tokenRequests.get()).map(({ state }) => state),
    ["lost", "captured"],
  );
});

test("whether a request waits is heard", () => {
  /** @type {boolean[]} */
  const heard = [];
  history = new RequestHistory((isWaiting) => heard.push(isWaiting));
  add("a");
  add("b");
  history.end(request("a"), "captured");
  history.end(request("b"), "no-token");
  assert.deepEqual(heard, [true, true, true, false]);
});
