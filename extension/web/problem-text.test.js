import assert from "node:assert/strict";
import { test } from "node:test";
import { problemText } from "./problem-text.js";

test("a hint follows its message", () => {
  assert.equal(problemText({ message: "The folder is missing.", hint: "Make it." }), "The folder is missing. Make it.");
  assert.equal(problemText({ message: "The folder is missing." }), "The folder is missing.");
  assert.equal(problemText({ message: "/srv does not exist", hint: "create it" }), "/srv does not exist; create it");
});
