import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { installChrome, settle } from "../../testing/fake-chrome.js";
import { addressRequests, mediaRequests } from "../requests.js";
import { watchRequests } from "./request-watch.js";

const MEDIA = "https://a.googlevideo.com/videoplayback?rn=1";
const REPORT = "https://www.youtube.com/api/stats/playback?docid=v1";

/** @type {ReturnType<typeof installChrome>["webRequest"]} */
let webRequest;
/** @type {ReturnType<typeof watchRequests>} */
let watch;
let hasEnded = false;

beforeEach(async () => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  webRequest = installChrome().webRequest;
  // What the test before left behind is forgotten: a page reports.
  const before = watchRequests(6);
  begin("0", REPORT);
  await answer("0");
  await before.ended();
  before.stop();
  watch = watchRequests(7);
  hasEnded = false;
});

/**
 * @param {string} requestId
 * @param {string} url
 */
function begin(requestId, url) {
  webRequest.onBeforeRequest.emit({ requestId, url });
}

/**
 * @param {string} requestId
 */
async function answer(requestId) {
  webRequest.onResponseStarted.emit({ requestId });
  await settle();
}

async function end() {
  void watch.ended().then(() => (hasEnded = true));
  await settle();
}

test("the requests of one tab are watched", () => {
  const filter = { urls: [...mediaRequests(), ...addressRequests()], tabId: 7 };
  const events = [webRequest.onBeforeRequest, webRequest.onResponseStarted, webRequest.onErrorOccurred];
  for (const event of events) assert.deepEqual([...event.listeners.values()], [filter]);
  watch.stop();
  for (const event of events) assert.equal(event.listeners.size, 0);
});

test("a page that has reported, and whose requests are answered, is done", async () => {
  begin("1", MEDIA);
  begin("2", REPORT);
  await answer("1");
  await answer("2");
  await end();
  assert.ok(hasEnded);
});

test("the report is waited for, and not what else begins meanwhile", async () => {
  begin("1", MEDIA);
  await end();
  begin("2", MEDIA);
  await answer("1");
  assert.ok(!hasEnded);
  begin("3", REPORT);
  await settle();
  assert.ok(!hasEnded);
  await answer("3");
  assert.ok(hasEnded);
});

test("a request that fails is over", async () => {
  begin("1", MEDIA);
  begin("2", REPORT);
  await answer("2");
  await end();
  assert.ok(!hasEnded);
  webRequest.onErrorOccurred.emit({ requestId: "1" });
  await settle();
  assert.ok(hasEnded);
});

test("a page that reports nothing is not waited for for long", async () => {
  await end();
  mock.timers.tick(499);
  await settle();
  assert.ok(!hasEnded);
  mock.timers.tick(1);
  await settle();
  assert.ok(hasEnded);
});

test("after a page that reported nothing the next one is waited for still less, until one reports", async () => {
  await end();
  mock.timers.tick(500);
  await settle();
  for (const ms of [100, 100]) {
    [watch, hasEnded] = [watchRequests(7), false];
    await end();
    mock.timers.tick(ms - 1);
    await settle();
    assert.ok(!hasEnded);
    mock.timers.tick(1);
    await settle();
    assert.ok(hasEnded);
  }
  [watch, hasEnded] = [watchRequests(8), false];
  begin("1", REPORT);
  begin("2", MEDIA);
  await end();
  mock.timers.tick(100);
  await settle();
  assert.ok(!hasEnded, "what carries the token is waited for");
  await answer("1");
  await answer("2");
  [watch, hasEnded] = [watchRequests(9), false];
  await end();
  mock.timers.tick(499);
  await settle();
  assert.ok(!hasEnded);
});
