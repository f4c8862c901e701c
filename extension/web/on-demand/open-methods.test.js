import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { installChrome, settle } from "../../testing/fake-chrome.js";
import { methodsInOrder, rememberSuccess } from "./open-methods.js";

beforeEach(() => {
  installChrome();
  mock.timers.reset();
  mock.timers.enable({ apis: ["Date"], now: 1_800_000_000_000 });
});

test("a hidden tab is tried first", async () => {
  assert.deepEqual(await methodsInOrder(), ["parked", "tab", "window"]);
});

test("for half an hour after hidden tabs failed a window comes first", async () => {
  rememberSuccess("window", ["parked", "tab"]);
  await settle();
  assert.deepEqual(await methodsInOrder(), ["window", "parked", "tab"]);
  mock.timers.tick(30 * 60_000);
  assert.deepEqual(await methodsInOrder(), ["parked", "tab", "window"]);
});

test("a window that no tab was tried before teaches nothing", async () => {
  rememberSuccess("window", []);
  await settle();
  assert.deepEqual(await methodsInOrder(), ["parked", "tab", "window"]);
});

test("a hidden tab that brings a token is tried first again", async () => {
  rememberSuccess("window", ["tab"]);
  rememberSuccess("tab", []);
  await settle();
  assert.deepEqual(await methodsInOrder(), ["parked", "tab", "window"]);
});
