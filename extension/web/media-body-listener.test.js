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

test("bodies are asked for until the one that was due is read", () => {
  assert.ok(!isAsking());
  bodies.expect("A", 0);
  assert.ok(isAsking());
  bodies.heard("A", Infinity);
  assert.ok(!isAsking());
});

test("bodies stay asked for while tokens are expected, and if another playback's is due then", () => {
  bodies.keep(true);
  bodies.heard("A", Infinity);
  assert.ok(isAsking());
  bodies.keep(false);
  assert.ok(!isAsking());
  bodies.keep(true);
  bodies.expect("A", 1000);
  bodies.keep(false);
  assert.ok(isAsking());
});

test("a body is asked for from its time on", () => {
  bodies.expect("A", 3000);
  mock.timers.tick(1999);
  assert.ok(!isAsking());
  mock.timers.tick(1);
  assert.ok(isAsking());
});

test("each playback has a time of its own", () => {
  bodies.expect("A", 6000);
  bodies.expect("B", 3000);
  bodies.expect("C", 5000);
  mock.timers.tick(2000);
  bodies.heard("B", 10_000);
  assert.ok(!isAsking());
  mock.timers.tick(2000);
  assert.ok(isAsking());
  mock.timers.tick(1000);
  bodies.heard("C", 20_000);
  assert.ok(isAsking(), "A is due too");
  bodies.heard("A", 20_000);
  assert.ok(!isAsking());
});

test("other playbacks' bodies end nothing that one asked for", () => {
  bodies.expect("A", 1000);
  for (let time = 0; time < 9; time += 1) {
    mock.timers.tick(1000);
    bodies.heard("B", Date.now() + 10_000);
  }
  assert.ok(isAsking());
});

test("a playback that is silent is not waited for longer than half a minute, and again once it is heard", () => {
  bodies.expect("A", 2000);
  mock.timers.tick(30_999);
  assert.ok(isAsking());
  mock.timers.tick(1);
  assert.ok(!isAsking());
  bodies.expect("A", 2000);
  assert.ok(isAsking());
  mock.timers.tick(30_000);
  assert.ok(!isAsking());
});

test("only so many playbacks are waited for", () => {
  for (let number = 0; number <= 100; number += 1) bodies.expect(`P${number}`, 2000);
  mock.timers.tick(1000);
  for (let number = 1; number <= 100; number += 1) bodies.heard(`P${number}`, Infinity);
  assert.ok(!isAsking());
});

test("with several playbacks, the bodies of each are seen in time, whatever its rhythm", () => {
  /** @type {Record<string, number>} How often each sends, in milliseconds. */
  const rhythms = { A: 9500, B: 3000, C: 10_000, D: 29_000 };
  /** @type {Record<string, number>} When a body of each was read last. */
  const readAt = {};
  const due = (/** @type {string} */ name) => (name in readAt ? readAt[name] + 10_000 : 0);
  bodies.pause(false);
  for (let time = 0; time < 600_000; time += 500) {
    mock.timers.tick(500);
    const now = Date.now();
    for (const [name, rhythm] of Object.entries(rhythms).filter(([, rhythm]) => time % rhythm === 0)) {
      const hasBody = isAsking();
      bodies.expect(name, due(name));
      if (!hasBody) continue;
      if (due(name) <= now) {
        assert.ok(now - (readAt[name] ?? 0) <= 10_000 + rhythm, `${name}: ${now - readAt[name]}`);
        readAt[name] = now;
      }
      bodies.heard(name, due(name));
    }
  }
  for (const name of Object.keys(rhythms)) assert.ok(Date.now() - readAt[name] < 40_000, name);
});

test("from the start it asks until the first body", () => {
  bodies.pause(false);
  mock.timers.tick(100_000);
  assert.ok(isAsking());
  bodies.expect("A", 200_000);
  assert.ok(isAsking());
  bodies.heard("A", 200_000);
  assert.ok(!isAsking());
});

test("while it is paused nothing asks, and what was asked for before is forgotten", () => {
  bodies.expect("A", 0);
  bodies.pause(true);
  bodies.keep(true);
  assert.ok(!isAsking());
  bodies.keep(false);
  bodies.pause(false);
  assert.ok(isAsking());
  bodies.heard("B", Infinity);
  assert.ok(!isAsking());
});

test("the first body of a page that begins is asked for, and others' do not end that", () => {
  bodies.begins("7/0");
  assert.ok(isAsking());
  bodies.heard("A", Infinity, "8/0", true);
  bodies.heard("A", Infinity, "7/0", false);
  assert.ok(isAsking());
  bodies.heard("B", Infinity, "7/0", true);
  assert.ok(!isAsking());
});

test("a page that sends no body is not waited for any longer", () => {
  bodies.begins("7/0");
  mock.timers.tick(9999);
  assert.ok(isAsking());
  mock.timers.tick(1);
  assert.ok(!isAsking());
});

test("of a page that begins few bodies are copied in vain", () => {
  bodies.begins("7/0");
  for (let heard = 0; heard < 19; heard += 1) bodies.heard("A", Infinity, "7/0", false);
  assert.ok(isAsking());
  bodies.heard("A", Infinity, "7/0", false);
  assert.ok(!isAsking());
});

test("a page is not waited for after a pause", () => {
  bodies.begins("7/0");
  bodies.pause(true);
  bodies.pause(false);
  bodies.heard("A", Infinity);
  assert.ok(!isAsking());
});
