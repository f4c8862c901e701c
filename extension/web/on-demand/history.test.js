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
  return { id: video_id, video_id, music: false, client, bypass_cache: false, since, until: 2 };
}

test("the newest request comes first, and five are kept", async () => {
  for (const id of ["a", "b", "c", "d", "e", "f"]) history.add(request(id));
  assert.deepEqual(
    (await tokenRequests.get()).map(({ video_id }) => video_id),
    ["f", "e", "d", "c", "b"],
  );
});

test("a client that requests the same video again has one row", async () => {
  history.add(request("a", "get", 1));
  history.end(request("a"), "no-token", "none came");
  history.add(request("b", "get", 2));
  history.add(request("a", "yt-dlp", 3));
  history.add(request("a", "get", 4));
  assert.deepEqual(await tokenRequests.get(), [
    { video_id: "a", client: "get", at: 4, state: "waiting" },
    { video_id: "a", client: "yt-dlp", at: 3, state: "waiting" },
    { video_id: "b", client: "get", at: 2, state: "waiting" },
  ]);
});

test("a request that ends has its state and its reason", async () => {
  history.add(request("a"));
  history.add(request("b"));
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
  history.add(request("a"));
  history.end(request("a"), "captured");
  history.add(request("b"));
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
  history.add(request("a"));
  history.add(request("b"));
  history.end(request("a"), "captured");
  history.end(request("b"), "no-token");
  assert.deepEqual(heard, [true, true, true, false]);
});
