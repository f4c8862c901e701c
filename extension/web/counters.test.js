import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { installChrome, settle } from "../testing/fake-chrome.js";
import { CountersReport } from "./counters.js";
import { counters as stored, profile } from "./storage.js";

/** @type {import("../testing/fake-chrome.js").FakeStorageArea} */
let session;
/** @type {any} */
let host;
/** @type {CountersReport} */
let report;

beforeEach(async () => {
  session = installChrome().storage.session;
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  await profile.set("p1");
  host = { isReady: true, posted: [], post: (/** @type {unknown} */ message) => host.posted.push(message) };
  report = new CountersReport(host);
});

/**
 * @param {number} unreadable
 */
function counters(unreadable) {
  return { cold_start: 0, fallback: 0, malformed: 0, unreadable };
}

test("changes within two seconds are told once, with the last counts", async () => {
  report.change(counters(1));
  report.change(counters(2));
  await settle();
  assert.deepEqual([await stored.get(), host.posted], [counters(2), []]);
  mock.timers.tick(2000);
  await settle();
  const [told, status] = host.posted;
  assert.equal(told.type, "counters");
  assert.deepEqual([told.counters, status], [counters(2), { type: "status" }]);
  report.change(counters(3));
  mock.timers.tick(2000);
  await settle();
  assert.equal(host.posted.length, 4);
});

test("a host that is not ready is told later", async () => {
  host.isReady = false;
  report.change(counters(1));
  mock.timers.tick(2000);
  await settle();
  assert.deepEqual(host.posted, []);
  host.isReady = true;
  await report.tell();
  assert.deepEqual(host.posted[0].counters, counters(1));
});

test("without any count there is nothing to tell", async () => {
  await report.tell();
  assert.deepEqual(host.posted, []);
});

test("counts are told though the storage fails", async () => {
  mock.method(console, "error", () => {});
  session.fails = true;
  report.change(counters(1));
  mock.timers.tick(2000);
  await settle();
  assert.deepEqual(host.posted[0].counters, counters(1));
});
