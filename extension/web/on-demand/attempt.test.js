import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { FakeEvent, installChrome, settle } from "../../testing/fake-chrome.js";
import { hiddenTabsFailedAt } from "../storage.js";
import { Attempt } from "./attempt.js";

const START = 1_800_000_000_000;
/** @type {string[]} What was opened and closed. */
let log;
/** @type {Set<string>} The methods that open nothing, or throw. */
let missing;
/** @type {Set<string>} */
let broken;
/** @type {string[]} */
let errors;
/** @type {FakeEvent} */
let onBeforeRequest;
/** @type {Attempt} */
let attempt;

const tabs = {
  /**
   * @param {string} method
   */
  async open(method) {
    if (missing.has(method)) return undefined;
    if (broken.has(method)) throw new Error(`no ${method}`);
    log.push(`open ${method}`);
    return { tab: { parked: 1, tab: 2, window: 3 }[method] ?? 0 };
  },
  /**
   * @param {{tab: number}} opened
   * @param {boolean} park
   */
  async close({ tab }, park) {
    log.push(`close ${tab}${park ? " and park" : ""}`);
  },
};

beforeEach(() => {
  onBeforeRequest = installChrome().webRequest.onBeforeRequest;
  [log, errors, missing, broken] = [[], [], new Set(["parked"]), new Set()];
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: START });
  attempt = new Attempt(tabs, "https://www.youtube.com/watch?v=v1", undefined, ({ code, message }) => {
    errors.push(`${code}: ${message}`);
  });
  attempt.until = START + 30_000;
});

async function open() {
  await attempt.open();
  await settle();
}

/**
 * @param {number} ms
 */
async function pass(ms) {
  mock.timers.tick(ms);
  await settle();
}

test("a hidden tab is opened if none is parked", async () => {
  await open();
  assert.deepEqual(log, ["open tab"]);
  assert.ok(attempt.isIn(2) && !attempt.isIn(1));
});

test("a window follows a tab that plays nothing in its time", async () => {
  await open();
  await pass(7999);
  assert.deepEqual(log, ["open tab"]);
  await pass(1);
  assert.deepEqual(log, ["open tab", "open window", "close 2"]);
  assert.ok(attempt.isIn(3));
});

test("a method gets a share of the time that is left", async () => {
  attempt.until = START + 6000;
  await open();
  await pass(3000);
  assert.deepEqual(log, ["open tab", "open window", "close 2"]);
});

test("a tab that plays is left to play", async () => {
  await open();
  onBeforeRequest.emit({});
  await pass(20_000);
  assert.deepEqual(log, ["open tab"]);
});

test("a method that cannot open is followed by the next at once", async () => {
  broken.add("tab");
  await open();
  assert.deepEqual(log, ["open window"]);
  assert.deepEqual(errors, []);
});

test("if no method can open, the attempt fails with the last reason", async () => {
  broken.add("tab").add("window");
  await open();
  assert.deepEqual(errors, ["cannot-open: The browser could not open the video in the background: no window"]);
});

test("a tab that is open stays if the next method cannot open", async () => {
  broken.add("window");
  await open();
  await pass(8000);
  assert.deepEqual(log, ["open tab"]);
  assert.deepEqual(errors, []);
  assert.ok(attempt.isIn(2));
});

test("after its token a page stays for a moment, and is parked", async () => {
  await open();
  const closed = attempt.close("token");
  await settle();
  assert.deepEqual(log, ["open tab"]);
  await pass(500);
  await closed;
  assert.deepEqual(log, ["open tab", "close 2 and park"]);
});

test("a page that does not play is parked at once", async () => {
  await open();
  await attempt.close("playback-error");
  assert.deepEqual(log, ["open tab", "close 2 and park"]);
});

test("a page that brought nothing is closed, and no method follows", async () => {
  await open();
  await attempt.close("nothing");
  await pass(30_000);
  assert.deepEqual(log, ["open tab", "close 2"]);
});

test("what opens while the attempt is closed is closed too", async () => {
  const opening = attempt.open();
  const closed = attempt.close("nothing");
  await Promise.all([opening, closed]);
  assert.equal(
    log.filter((line) => line.startsWith("open")).length,
    log.filter((line) => line.startsWith("close")).length,
  );
});

test("a window that brings the token after a tab did not is remembered", async () => {
  await open();
  await pass(8000);
  const closed = attempt.close("token");
  await settle();
  await pass(500);
  await closed;
  assert.equal(await hiddenTabsFailedAt.get(), START + 8500);
});
