import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { installChrome } from "../../testing/fake-chrome.js";
import { PendingRequests } from "./pending-requests.js";

/** @type {any[]} */
let posted;
let connected = 0;
/** @type {PendingRequests} */
let requests;
const REQUEST = /** @type {any} */ ({ video_id: "v1" });

beforeEach(() => {
  installChrome();
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  [posted, connected] = [[], 0];
  requests = new PendingRequests({ post: (message) => posted.push(message), connect: () => (connected += 1) });
});

test("a host that is connected is not waited for", async () => {
  requests.hostReady();
  await requests.host();
  assert.equal(connected, 0);
});

test("a host that comes in time is waited for", async () => {
  const host = requests.host();
  assert.equal(connected, 1);
  requests.hostReady();
  await host;
});

test("a host that does not come is an error for people", async () => {
  const host = requests.host();
  assert.equal(requests.hasStarts, true);
  mock.timers.tick(10_000);
  await assert.rejects(host, /helper program does not answer/);
  assert.equal(requests.hasStarts, false);
});

test("a started download gives its id", async () => {
  const started = requests.start(REQUEST);
  const [{ type, id, request }] = posted;
  assert.deepEqual([type, request], ["start-download", REQUEST]);
  requests.started("another", "d0");
  assert.equal(requests.hasStarts, true);
  requests.started(id, "d1");
  assert.equal(await started, "d1");
  assert.equal(requests.hasStarts, false);
});

test("a download that the host refuses rejects with its words", async () => {
  const started = requests.start(REQUEST);
  requests.failed(posted[0].id, "yt-dlp is missing.");
  await assert.rejects(started, /^Error: yt-dlp is missing\.$/);
});

test("a lost connection rejects what was not answered", async () => {
  const started = requests.start(REQUEST);
  requests.hostLost();
  await assert.rejects(started, /connection to the helper program was lost/);
});

test("an action is posted, and its error is heard of once", () => {
  /** @type {string[]} */
  const errors = [];
  requests.act("d1", "retry", undefined, (message) => errors.push(message));
  const [{ type, id, download_id, action }] = posted;
  assert.deepEqual([type, download_id, action], ["download-action", "d1", "retry"]);
  requests.failed(id, "It runs.");
  requests.failed(id, "It runs.");
  assert.deepEqual(errors, ["It runs."]);
});

test("a lost connection ends an action in silence", () => {
  /** @type {string[]} */
  const errors = [];
  requests.act("d1", "retry", undefined, (message) => errors.push(message));
  requests.hostLost();
  requests.failed(posted[0].id, "It runs.");
  assert.deepEqual(errors, []);
});
