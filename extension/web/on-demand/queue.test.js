import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { installChrome, settle } from "../../testing/fake-chrome.js";
import { Queue } from "./queue.js";

/** @typedef {import("./token-request.js").TokenRequest} TokenRequest */

const START = 1_800_000_000_000;
/** @type {string[]} The videos that are open now. */
let open;
/** @type {string[]} How each request ended. */
let ended;
/** @type {boolean} */
let isExpecting;
/** @type {TokenRequest[]} */
let waiting;
/** @type {Queue} */
let queue;

const tabs = {
  /**
   * @param {string} method
   * @param {string} url
   * @param {string | undefined} container
   */
  async open(method, url, container) {
    if (method === "parked") return undefined;
    const video = new URL(url).searchParams.get("v") ?? "";
    open.push(video);
    return { tab: Number(video.slice(1)), container };
  },
  /**
   * @param {{tab: number}} opened
   */
  async close({ tab }) {
    open.splice(open.indexOf(`v${tab}`), 1);
  },
  closeParked() {},
};

beforeEach(() => {
  installChrome();
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: START });
  [open, ended, waiting, isExpecting] = [[], [], [], false];
  queue = new Queue(tabs, {
    expectTokens: (soon) => (isExpecting = soon),
    captured: ({ id }) => ended.push(`${id}: captured`),
    failed: ({ id }, { code }) => ended.push(`${id}: ${code}`),
  });
});

/**
 * @param {string} id
 * @param {string} video_id
 * @param {Partial<TokenRequest>} [more]
 * @returns {TokenRequest}
 */
function request(id, video_id, more = {}) {
  const until = START + 30_000;
  return { id, video_id, music: false, client: "get", bypass_cache: false, since: START, until, ...more };
}

/**
 * @param {TokenRequest[]} requests
 */
async function add(...requests) {
  for (const one of requests) queue.add(one);
  waiting.push(...requests);
  await settle();
}

/**
 * A token for one video comes.
 * @param {string} video
 */
async function capture(video) {
  for (const { id } of waiting.filter(({ video_id }) => video_id === video)) queue.onAnswered(id);
  await settle();
  mock.timers.tick(500);
  await settle();
}

test("two videos are open at a time, in the order of their requests", async () => {
  await add(request("a", "v1"), request("b", "v2"), request("c", "v3"), request("d", "v4"));
  assert.deepEqual(open, ["v1", "v2"]);
  await capture("v2");
  assert.deepEqual(open, ["v1", "v3"]);
  await capture("v1");
  assert.deepEqual(open, ["v3", "v4"]);
  assert.deepEqual(ended, ["b: captured", "a: captured"]);
});

test("one token answers all requests for its video, which opened once", async () => {
  await add(request("a", "v1"), request("b", "v1"), request("c", "v1"));
  assert.deepEqual(open, ["v1"]);
  await capture("v1");
  assert.deepEqual(ended, ["a: captured", "b: captured", "c: captured"]);
  assert.deepEqual(open, []);
});

test("a video stays open while a request for it is unanswered", async () => {
  await add(request("a", "v1"), request("b", "v1", { bypass_cache: true }));
  queue.onAnswered("a");
  await settle();
  assert.deepEqual(ended, ["a: captured"]);
  assert.deepEqual(open, ["v1"]);
});

test("YouTube Music and another container are other videos", async () => {
  const first = request("a", "v1");
  await add(first);
  assert.ok(queue.hasVideoOf(request("b", "v1")));
  assert.ok(!queue.hasVideoOf(request("b", "v1", { music: true })));
  assert.ok(!queue.hasVideoOf(request("b", "v1", { container: "firefox-container-1" })));
  assert.ok(!queue.hasVideoOf(request("b", "v2")));
});

test("a request that nobody answers fails in its time", async () => {
  await add(request("a", "v1"), request("b", "v1", { until: START + 60_000 }));
  mock.timers.tick(30_000);
  await settle();
  assert.deepEqual(ended, ["a: no-token"]);
  assert.ok(open.includes("v1"));
  mock.timers.tick(30_000);
  await settle();
  assert.deepEqual(ended, ["a: no-token", "b: no-token"]);
  assert.deepEqual(open, []);
});

test("the failure says whether the video was opened at all", async () => {
  /** @type {string[]} */
  const messages = [];
  queue = new Queue(tabs, {
    expectTokens() {},
    captured() {},
    failed: (_, { message }) => messages.push(message),
  });
  await add(request("a", "v1"), request("b", "v2"), request("c", "v3"));
  mock.timers.tick(30_000);
  assert.match(messages[0], /sent no token for v1 within 30 s/);
  assert.match(messages[2], /Other videos were open for their tokens, and v3 was not opened/);
});

test("a tab that the user closes fails its requests", async () => {
  await add(request("a", "v1"), request("b", "v2"));
  queue.onTabClosed(2);
  await settle();
  assert.deepEqual(ended, ["b: tab-closed"]);
});

test("a page that does not play fails the requests of its video", async () => {
  const error = /** @type {any} */ ({ code: "not-playable" });
  await add(request("a", "v1"), request("b", "v2"));
  queue.onPlaybackError(1, "v2", error);
  queue.onPlaybackError(9, "v1", error);
  assert.deepEqual(ended, []);
  queue.onPlaybackError(1, "v1", error);
  assert.deepEqual(ended, ["a: not-playable"]);
});

test("all requests fail if the user turns them off", async () => {
  await add(request("a", "v1"), request("b", "v2"), request("c", "v3"));
  queue.failAll(/** @type {any} */ ({ code: "turned-off" }));
  await settle();
  assert.deepEqual(ended, ["a: turned-off", "b: turned-off", "c: turned-off"]);
  assert.deepEqual(open, []);
});

test("dropped requests end in silence, and nothing stays open", async () => {
  await add(request("a", "v1"), request("b", "v2"), request("c", "v3"));
  assert.deepEqual(
    queue.drop().map(({ id }) => id),
    ["a", "b", "c"],
  );
  await settle();
  assert.deepEqual([ended, open], [[], []]);
});

test("tokens are expected as long as a video is open", async () => {
  await add(request("a", "v1"));
  assert.equal(isExpecting, true);
  await capture("v1");
  assert.equal(isExpecting, false);
});
