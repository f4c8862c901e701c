import assert from "node:assert/strict";
import { test } from "node:test";
import { settle } from "../../testing/fake-chrome.js";
import { Turn } from "./turn.js";

test("one has its turn at a time, in the order in which they came", async () => {
  const turn = new Turn();
  /** @type {string[]} */
  const log = [];
  /** @type {(() => void)[]} */
  const ends = [];
  for (const name of ["a", "b", "c"]) {
    void turn.take().then((end) => {
      log.push(name);
      ends.push(end);
    });
  }
  await settle();
  assert.deepEqual(log, ["a"]);
  ends[0]();
  ends[0]();
  await settle();
  assert.deepEqual(log, ["a", "b"]);
  ends[1]();
  await settle();
  assert.deepEqual(log, ["a", "b", "c"]);
});
