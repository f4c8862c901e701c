import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { FakeEvent, installChrome } from "../../testing/fake-chrome.js";
import { FactsByFrame } from "./facts-by-frame.js";

const onRemoved = new FakeEvent();
/** @type {unknown[]} The pages that were asked. */
let asked;
/** @type {unknown} What a page answers. */
let answer;
/** @type {FactsByFrame} */
let facts;

beforeEach(() => {
  onRemoved.listeners.clear();
  [asked, answer] = [[], { loggedIn: true }];
  installChrome({
    tabs: {
      onRemoved,
      sendMessage: async (/** @type {number} */ tab, /** @type {any} */ { type }, /** @type {any} */ { frameId }) => {
        asked.push([tab, frameId, type]);
        if (answer instanceof Error) throw answer;
        return answer;
      },
    },
  });
  facts = new FactsByFrame();
});

test("what a page told is not asked for again", async () => {
  facts.note(/** @type {any} */ ({ tab: { id: 7 }, frameId: 0 }), { loggedIn: false });
  assert.deepEqual(await facts.of({ tabId: 7, frameId: 0 }), { loggedIn: false });
  assert.deepEqual(asked, []);
});

test("a page that has told nothing is asked once", async () => {
  assert.deepEqual(await facts.of({ tabId: 7, frameId: 3 }), { loggedIn: true });
  await facts.of({ tabId: 7, frameId: 3 });
  assert.deepEqual(asked, [[7, 3, "read-page-facts"]]);
});

test("a page that does not answer has no facts, and is asked again", async () => {
  answer = new Error("Could not establish connection.");
  assert.deepEqual(await facts.of({ tabId: 7, frameId: 0 }), {});
  answer = { loggedIn: true };
  assert.deepEqual(await facts.of({ tabId: 7, frameId: 0 }), { loggedIn: true });
});

test("a service worker has no facts", async () => {
  assert.deepEqual(await facts.of({ tabId: -1, frameId: 0 }), {});
  assert.deepEqual(asked, []);
});

test("a closed tab's facts are forgotten, and no other tab's", async () => {
  for (const id of [7, 77]) facts.note(/** @type {any} */ ({ tab: { id }, frameId: 0 }), {});
  onRemoved.emit(7);
  await facts.of({ tabId: 77, frameId: 0 });
  assert.deepEqual(asked, []);
  await facts.of({ tabId: 7, frameId: 0 });
  assert.equal(asked.length, 1);
});
