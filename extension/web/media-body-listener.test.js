import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { FakeEvent, installChrome } from "../testing/fake-chrome.js";
import { MediaBodyListener } from "./media-body-listener.js";

/** @type {FakeEvent} */
let onBeforeRequest;
/** @type {MediaBodyListener} */
let bodies;

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1000 });
  onBeforeRequest = installChrome().webRequest.onBeforeRequest;
  bodies = new MediaBodyListener(() => undefined);
});

afterEach(() => mock.timers.reset());

function isAsking() {
  return onBeforeRequest.listeners.size === 1;
}

test("bodies are asked for until the one that was needed is read", () => {
  assert.ok(!isAsking());
  bodies.ask();
  assert.ok(isAsking());
  bodies.done();
  assert.ok(!isAsking());
});

test("bodies stay asked for while tokens are expected", () => {
  bodies.keep(true);
  bodies.done();
  assert.ok(isAsking());
  bodies.keep(false);
  assert.ok(!isAsking());
});

test("a body is asked for at its time, if it is needed by then", () => {
  bodies.askAt(3000, () => true);
  mock.timers.tick(1999);
  assert.ok(!isAsking());
  mock.timers.tick(1);
  assert.ok(isAsking());
  bodies.done();
  bodies.askAt(4000, () => false);
  mock.timers.tick(1000);
  assert.ok(!isAsking());
});

test("of several times the earliest counts", () => {
  /** @type {string[]} */
  const asked = [];
  bodies.askAt(3000, () => asked.push("late") > 0);
  bodies.askAt(2000, () => asked.push("early") > 0);
  bodies.askAt(2500, () => asked.push("between") > 0);
  mock.timers.tick(5000);
  assert.deepEqual(asked, ["early"]);
});

test("bodies that nobody needs are asked for only a few times", () => {
  bodies.ask();
  bodies.unneeded();
  bodies.unneeded();
  assert.ok(isAsking());
  bodies.unneeded();
  assert.ok(!isAsking());
  bodies.ask();
  bodies.unneeded();
  assert.ok(isAsking(), "counted anew");
});

test("while it is paused nothing asks", () => {
  bodies.pause(true);
  bodies.ask();
  bodies.keep(true);
  assert.ok(!isAsking());
  bodies.pause(false);
  assert.ok(isAsking());
});
