import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { installChrome, settle } from "../testing/fake-chrome.js";
import { CapturePolicy } from "./capture-policy.js";
import { readCaptureSettings } from "./capture-settings.js";
import { captureSettings } from "./storage.js";

/** @type {ReturnType<typeof installChrome>} */
let chrome;
/** @type {boolean[]} Whether the capture is paused, as it was told. */
let told;
/** @type {boolean[]} Whether private windows are read, as it was told. */
let toldPrivate;

beforeEach(() => {
  chrome = installChrome();
  [told, toldPrivate] = [[], []];
});

/** A start of the background script. */
function start() {
  return new CapturePolicy({
    onPaused: (isPaused) => void told.push(isPaused),
    onPrivateWindows: (areRead) => void toldPrivate.push(areRead),
  });
}

test("the capture is not paused unless somebody paused it", async () => {
  const policy = start();
  await policy.ready;
  assert.deepEqual([policy.isPaused, told], [false, []]);
});

test("a pause begins and ends with the setting", async () => {
  const policy = start();
  await captureSettings.change({ paused: true });
  await settle();
  assert.equal(policy.isPaused, true);
  await captureSettings.change({ privateWindows: false });
  await captureSettings.change({ paused: false });
  await settle();
  assert.deepEqual([policy.isPaused, told], [false, [true, false]]);
});

test("a pause is kept when the background script starts anew", async () => {
  await captureSettings.change({ paused: true, pauseLasts: "until-closed" });
  const policy = start();
  await policy.ready;
  assert.deepEqual([policy.isPaused, told], [true, [true]]);
});

test("a pause until the browser is closed ends with the browser's start, and another one does not", async () => {
  await captureSettings.change({ paused: true });
  const policy = start();
  await policy.ready;
  chrome.runtime.onStartup.emit();
  await settle();
  assert.equal(policy.isPaused, true);
  await captureSettings.change({ pauseLasts: "until-closed" });
  chrome.runtime.onStartup.emit();
  await settle();
  assert.deepEqual([policy.isPaused, (await readCaptureSettings()).paused], [false, false]);
});

test("a storage that fails neither begins nor ends a pause", async () => {
  mock.method(console, "error", () => {});
  const policy = start();
  await captureSettings.change({ paused: true });
  await settle();
  chrome.storage.local.fails = true;
  chrome.storage.local.onChanged.emit({ "capture-settings": {} });
  await settle();
  assert.equal(policy.isPaused, true);
  const next = start();
  await next.ready;
  assert.equal(next.isPaused, false);
});

test("private windows are read unless the user left them out", async () => {
  const policy = start();
  await policy.ready;
  assert.deepEqual(toldPrivate, []);
  await captureSettings.change({ privateWindows: false });
  await settle();
  const next = start();
  await next.ready;
  assert.deepEqual(toldPrivate, [false, false], "also when the background script starts anew");
  await captureSettings.change({ privateWindows: true });
  await settle();
  assert.deepEqual([toldPrivate, told], [[false, false, true, true], []]);
});
