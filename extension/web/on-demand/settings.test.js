import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { installChrome } from "../../testing/fake-chrome.js";
import { onDemandSettings } from "../storage.js";
import { limitFrom, readSettings } from "./settings.js";

beforeEach(() => void installChrome());

test("nobody has agreed to anything who was not asked", async () => {
  const usual = { limit: 20, raise: false, refusedClients: [] };
  assert.deepEqual(await readSettings(), usual);
  await onDemandSettings.change({ accept: false });
  assert.deepEqual(await readSettings(), { ...usual, accept: false });
});

test("a limit is a whole number in its range", () => {
  assert.equal(limitFrom(12.4, 60), 12);
  assert.equal(limitFrom(0, 60), 1);
  assert.equal(limitFrom(-3, 60), 1);
  assert.equal(limitFrom(5000, 60), 1000);
});

test("a limit that is no number stays as it was", () => {
  assert.equal(limitFrom(Number.NaN, 60), 60);
  assert.equal(limitFrom(Number.POSITIVE_INFINITY, 60), 60);
});
