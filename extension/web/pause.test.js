import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { installChrome, settle } from "../testing/fake-chrome.js";
import { readCaptureSettings } from "./capture-settings.js";
import { Pause } from "./pause.js";
import { captureSettings } from "./storage.js";

/** @type {ReturnType<typeof installChrome>} */
let chrome;
/** @type {boolean[]} */
let told;

beforeEach(() => {
  chrome = installChrome();
  told = [];
});

/** A start of the background script. */
function start() {
  return new Pause((isPaused) => told.push(isPaused));
}

test("the capture is not paused unless somebody paused it", async () => {
  const pause = start();
  await pause.ready;
  assert.deepEqual([pause.isPaused, told], [false, []]);
});

test("a pause begins and ends with the setting", async () => {
  const pause = start();
  await captureSettings.change({ paused: true });
  await settle();
  assert.equal(pause.isPaused, true);
  await captureSettings.change({ privateWindows: false });
  await captureSettings.change({ paused: false });
  await settle();
  assert.deepEqual([pause.isPaused, told], [false, [true, false]]);
});

test("a pause is kept when the background script starts anew", async () => {
  await captureSettings.change({ paused: true, pauseLasts: "until-closed" });
  const pause = start();
  await pause.ready;
  assert.deepEqual([pause.isPaused, told], [true, [true]]);
});

test("a pause until the browser is closed ends with the browser's start, and another one does not", async () => {
  await captureSettings.change({ paused: true });
  const pause = start();
  await pause.ready;
  chrome.runtime.onStartup.emit();
  await settle();
  assert.equal(pause.isPaused, true);
  await captureSettings.change({ pauseLasts: "until-closed" });
  chrome.runtime.onStartup.emit();
  await settle();
  assert.deepEqual([pause.isPaused, (await readCaptureSettings()).paused], [false, false]);
});

test("a storage that fails neither begins nor ends a pause", async () => {
  mock.method(console, "error", () => {});
  const pause = start();
  await captureSettings.change({ paused: true });
  await settle();
  chrome.storage.local.fails = true;
  chrome.storage.local.onChanged.emit({ "capture-settings": {} });
  await settle();
  assert.equal(pause.isPaused, true);
  const next = start();
  await next.ready;
  assert.equal(next.isPaused, false);
});
