import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { installChrome } from "../../testing/fake-chrome.js";
import { HourlyLimit } from "./limits.js";

const MINUTE_MS = 60_000;
const START = 1_800_000_000_000;

/** @type {HourlyLimit} */
let limit;

beforeEach(async () => {
  installChrome();
  mock.timers.reset();
  mock.timers.enable({ apis: ["Date"], now: START });
  limit = new HourlyLimit();
  await limit.load();
});

test("as many videos as the limit are allowed within an hour", () => {
  assert.equal(limit.take(2), undefined);
  mock.timers.tick(10 * MINUTE_MS);
  assert.equal(limit.take(2), undefined);
  mock.timers.tick(10 * MINUTE_MS);
  assert.equal(limit.take(2), START + 60 * MINUTE_MS);
});

test("a video counts for an hour", () => {
  assert.equal(limit.take(1), undefined);
  mock.timers.tick(60 * MINUTE_MS - 1);
  assert.notEqual(limit.take(1), undefined);
  mock.timers.tick(1);
  assert.equal(limit.take(1), undefined);
});

test("a refused video does not count", () => {
  assert.equal(limit.take(1), undefined);
  for (let times = 0; times < 5; times += 1) limit.take(1);
  assert.equal(limit.take(2), undefined);
});

test("a lowered limit applies to what was opened before", () => {
  for (let minute = 0; minute < 5; minute += 1) {
    assert.equal(limit.take(5), undefined);
    mock.timers.tick(MINUTE_MS);
  }
  assert.equal(limit.take(2), START + (3 + 60) * MINUTE_MS);
});

test("the count outlives the script", async () => {
  assert.equal(limit.take(1), undefined);
  const next = new HourlyLimit();
  await next.load();
  assert.equal(next.take(1), START + 60 * MINUTE_MS);
});
