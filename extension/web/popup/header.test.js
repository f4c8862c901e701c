import assert from "node:assert/strict";
import { test } from "node:test";
import { worstOf } from "./header.js";

const WELL = /** @type {const} */ ({ kind: "ready", paused: false, trouble: false, isAsking: false });
const problem = /** @type {any} */ ({ code: "no-place" });

test("the worst fact is said", () => {
  assert.equal(worstOf(WELL), "working");
  assert.equal(worstOf({ ...WELL, kind: "connecting" }), "connecting");
  assert.equal(worstOf({ ...WELL, paused: true }), "paused");
  assert.equal(worstOf({ ...WELL, isAsking: true }), "question");
  assert.equal(worstOf({ ...WELL, isAsking: true, trouble: true }), "attention");
  assert.equal(worstOf({ ...WELL, trouble: true }), "attention");
  assert.equal(worstOf({ ...WELL, problem }), "attention");
  assert.equal(worstOf({ ...WELL, problem, paused: true }), "attention_paused");
  assert.equal(worstOf({ ...WELL, problem: { ...problem, isOff: true }, paused: true }), "off");
});
