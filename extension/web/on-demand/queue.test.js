import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { installChrome, installFirefox, settle } from "../../testing/fake-chrome.js";
import { Queue } from "./queue.js";

/** @typedef {import("./token-request.js").TokenRequest} TokenRequest */

const START = 1_800_000_000_000;
/** @type {string[]} The videos that are open now. */
let open;
/** @type {string[]} How each video that is closed was closed. */
let closed;
/** @type {string[]} How each request ended. */
let ended;
let isUnattended = false;
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
    const tab = Number(video.slice(1));
    return method === "window" ? { tab, container, window: 30 } : { tab, container };
  },
  /**
   * @param {{tab: number}} opened
   * @param {boolean} park
   */
  async close({ tab }, park) {
    open.splice(open.indexOf(`v${tab}`), 1);
    closed.push(`v${tab}${park ? " parked" : ""}`);
  },
  async openAgain() {},
  async show() {},
  async raise() {},
  async lower() {},
  closeParked() {
    closed.push("what is parked");
  },
};

beforeEach(() => {
  installFirefox();
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: START });
  [open, closed, ended, waiting, isExpecting, isUnattended] = [[], [], [], [], false, false];
  queue = new Queue(tabs, {
    isUnattended: () => isUnattended,
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
  return { id, video_id, music: false, client: "get", bypass_cache: false, allowed: true, since: START, until, ...more };
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

test("in Chromium one is", async () => {
  const state = { hidden: false, plays: true, held: false };
  installChrome({ scripting: { executeScript: async () => [{ result: state }] } });
  await add(request("a", "v1"), request("b", "v2"));
  assert.deepEqual(open, ["v1"]);
  await capture("v1");
  assert.deepEqual(open, ["v2"]);
});

test("in a browser that nobody looks at one is, and the next follows a second later", async () => {
  isUnattended = true;
  await add(request("a", "v1"), request("b", "v2"), request("c", "v3"));
  await capture("v1");
  assert.deepEqual(open, []);
  mock.timers.tick(499);
  await add(request("d", "v4"));
  assert.deepEqual(open, []);
  mock.timers.tick(1);
  await settle();
  assert.deepEqual(open, ["v2"]);
  mock.timers.tick(1000);
  await capture("v2");
  assert.deepEqual(open, ["v3"], "a second has passed");
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
    isUnattended: () => false,
    expectTokens() {},
    captured() {},
    failed: (_, { message }) => messages.push(message),
  });
  await add(request("a", "v1"), request("b", "v2"), request("c", "v3"));
  mock.timers.tick(30_000);
  assert.match(messages[0], /sent no token for v1 within 30 s/);
  assert.match(messages[2], /Other videos were open for their tokens, and v3 was not opened/);
});

test("who runs a server is told what to do about a failure there", async () => {
  /** @type {(string | undefined)[]} */
  const hints = [];
  queue = new Queue(tabs, {
    isUnattended: () => isUnattended,
    expectTokens() {},
    captured() {},
    failed: (_, { hint }) => hints.push(hint),
  });
  await add(request("a", "v1"));
  mock.timers.tick(30_000);
  await settle();
  isUnattended = true;
  await add(request("b", "v2", { until: START + 60_000 }));
  mock.timers.tick(30_000);
  assert.match(hints[0] ?? "", /Play the video in the browser/);
  assert.match(hints[1] ?? "", /potbridge browser login/);
});

test("a request that is withdrawn ends in silence, and with the last one its video", async () => {
  await add(request("a", "v1"), request("b", "v1"), request("c", "v2"), request("d", "v3"));
  assert.equal(queue.withdraw("a")?.id, "a");
  await settle();
  assert.deepEqual(open, ["v1", "v2"]);
  queue.withdraw("b");
  await settle();
  assert.deepEqual([open, closed], [["v2", "v3"], ["v1 parked"]]);
  assert.equal(queue.withdraw("b"), undefined);
  mock.timers.tick(30_000);
  await settle();
  assert.deepEqual(ended, ["c: no-token", "d: no-token"]);
});

test("if a page is hidden, those that wait behind it fail with it", async () => {
  const state = { hidden: true, plays: false, held: false };
  installChrome({ scripting: { executeScript: async () => [{ result: state }] } });
  await add(request("a", "v1"), request("b", "v2"), request("c", "v2"));
  for (let times = 0; times < 5; times += 1) {
    mock.timers.tick(250);
    await settle();
  }
  assert.deepEqual(ended.sort(), ["a: page-hidden", "b: page-hidden", "c: page-hidden"]);
  assert.deepEqual([open, closed], [[], ["v1"]]);
});

test("it is known which tabs are open for a video", async () => {
  await add(request("a", "v1"));
  assert.deepEqual([queue.isOpenIn(1), queue.isOpenIn(2)], [true, false]);
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
  assert.deepEqual([open, closed.sort()], [[], ["v1", "v2", "what is parked"]]);
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
