import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { FieldReport } from "./field-report.js";

const MINUTE_MS = 60_000;
const START = 1_800_000_000_000;
const REQUEST = { url: "https://www.youtube.com/youtubei/v1/player", method: "POST" };
/** @type {any[]} What wasm has of the report. */
let shapes;
let isOn = false;
/** @type {Pick<import("./listen.js").Listener, "onRead">} */
let listener;
/** @type {FieldReport} */
let report;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: START });
  [shapes, isOn, listener] = [[], false, { onRead: undefined }];
  // As it is in Rust: switched on, it begins anew; switched off, it keeps what it has.
  const wasm = {
    fieldReport(/** @type {boolean} */ on) {
      if (on && !isOn) shapes = [];
      isOn = on;
    },
    addShape: (/** @type {any[]} */ ...shape) => void (isOn && shapes.push(shape)),
    readFieldReport: () => `${shapes.length} shapes`,
  };
  report = new FieldReport(Promise.resolve({ wasm }), listener);
});

function read() {
  listener.onRead?.(REQUEST, new Uint8Array([1]), "7/0");
}

test("it is off until somebody switches it on", async () => {
  read();
  assert.deepEqual([listener.onRead, shapes], [undefined, []]);
  assert.deepEqual(await report.act("look"), { until: null, count: 0, text: "" });
});

test("while it is on, each request that is read is taken in", async () => {
  assert.deepEqual(await report.act("start"), { until: START + 30 * MINUTE_MS, count: 0, text: "" });
  read();
  read();
  assert.deepEqual(shapes[0], [REQUEST.url, "POST", new Uint8Array([1]), "7/0"]);
  const { count, text } = await report.act("look");
  assert.deepEqual([count, text], [2, "2 shapes"]);
});

test("it turns itself off after half an hour, and keeps what it has", async () => {
  await report.act("start");
  read();
  mock.timers.tick(30 * MINUTE_MS);
  read();
  assert.equal(listener.onRead, undefined);
  assert.deepEqual(await report.act("look"), { until: null, count: 1, text: "1 shapes" });
});

test("switched on again it begins anew, and for half an hour", async () => {
  await report.act("start");
  read();
  mock.timers.tick(20 * MINUTE_MS);
  await report.act("stop");
  assert.equal(listener.onRead, undefined);
  assert.equal((await report.act("start")).text, "");
  mock.timers.tick(20 * MINUTE_MS);
  read();
  assert.deepEqual(await report.act("look"), { until: START + 50 * MINUTE_MS, count: 1, text: "1 shapes" });
});

test("cleared it is empty, and as on or off as before", async () => {
  await report.act("start");
  read();
  const cleared = await report.act("clear");
  assert.deepEqual([cleared.text, cleared.count, shapes, isOn], ["", 0, [], true]);
  read();
  await report.act("stop");
  await report.act("clear");
  assert.deepEqual([shapes, isOn, (await report.act("look")).count], [[], false, 0]);
});
