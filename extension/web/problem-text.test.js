import assert from "node:assert/strict";
import { before, test } from "node:test";
import { installChrome } from "../testing/fake-chrome.js";
import { problemText, reasonOf } from "./problem-text.js";

before(() => void installChrome());

test("a hint follows its message", () => {
  assert.equal(problemText({ message: "The folder is missing.", hint: "Make it." }), "The folder is missing. Make it.");
  assert.equal(problemText({ message: "フォルダーがありません。", hint: "作成してください。" }), "フォルダーがありません。作成してください。");
  assert.equal(problemText({ message: "The folder is missing." }), "The folder is missing.");
  assert.equal(problemText({ message: "/srv does not exist", hint: "create it" }), "/srv does not exist; create it");
});

test("a place's problem has few words if its code has some", () => {
  assert.equal(reasonOf({ code: "disk-full" }), "the disk is full");
  assert.equal(reasonOf({ code: "of-a-later-version" }), undefined);
});
