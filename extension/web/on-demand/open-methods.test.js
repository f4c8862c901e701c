import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { installChrome, installFirefox, settle } from "../../testing/fake-chrome.js";
import { methodsInOrder, mostOpen, rememberSuccess } from "./open-methods.js";

beforeEach(() => {
  installFirefox();
  mock.timers.reset();
  mock.timers.enable({ apis: ["Date"], now: 1_800_000_000_000 });
});

test("in Firefox a hidden tab is tried before a window", async () => {
  assert.deepEqual(await methodsInOrder(false), ["parked", "tab", "window"]);
  assert.equal(mostOpen(false), 2);
});

test("in Chromium no hidden tab is tried that was never shown, and one video is open at a time", async () => {
  installChrome();
  rememberSuccess("tab", []);
  assert.deepEqual(await methodsInOrder(false), ["parked", "window"]);
  assert.equal(mostOpen(false), 1);
});

test("in a browser that nobody looks at a tab is in front", async () => {
  assert.deepEqual(await methodsInOrder(true), ["active"]);
  assert.equal(mostOpen(true), 1);
});

test("for half an hour after hidden tabs failed none is tried", async () => {
  rememberSuccess("window", ["parked", "tab"]);
  await settle();
  assert.deepEqual(await methodsInOrder(false), ["parked", "window"]);
  rememberSuccess("parked", []);
  await settle();
  assert.deepEqual(await methodsInOrder(false), ["parked", "window"]);
  mock.timers.tick(30 * 60_000);
  assert.deepEqual(await methodsInOrder(false), ["parked", "tab", "window"]);
});

test("a window that no tab was tried before teaches nothing", async () => {
  rememberSuccess("window", []);
  await settle();
  assert.deepEqual(await methodsInOrder(false), ["parked", "tab", "window"]);
});

test("a hidden tab that brings a token is tried again", async () => {
  rememberSuccess("window", ["tab"]);
  rememberSuccess("tab", []);
  await settle();
  assert.deepEqual(await methodsInOrder(false), ["parked", "tab", "window"]);
});
