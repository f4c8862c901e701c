import assert from "node:assert/strict";
import { test } from "node:test";
import { saysMore } from "./certainty.js";

test("a named video says more than none, and a more certain one more than a less certain one", () => {
  const [unnamed, guess, probable, certain] = /** @type {const} */ ([
    { video_id: null, certainty: "certain" },
    { video_id: "a", certainty: "guess" },
    { video_id: "b", certainty: "probable" },
    { video_id: "c", certainty: "certain" },
  ]);
  const order = [unnamed, guess, probable, certain];
  for (const [at, first] of order.entries()) {
    for (const [other, second] of order.entries()) assert.equal(saysMore(first, second), at > other);
  }
});
