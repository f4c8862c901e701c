import assert from "node:assert/strict";
import { test } from "node:test";
import { installChrome } from "../testing/fake-chrome.js";
import { showOnAction } from "./action.js";

test("the worst is said, in words and by a badge", () => {
  const { action } = installChrome();
  const changes = [
    { running: 2 },
    { paused: true },
    { missing: true },
    { paused: false },
    { missing: false },
    { running: 0 },
  ];
  const said = changes.map((change) => {
    showOnAction(change);
    return [action.badge, action.title];
  });
  assert.deepEqual(said, [
    ["2", "potbridge"],
    ["||", "potbridge: paused"],
    ["!", "potbridge: a permission is missing"],
    ["!", "potbridge: a permission is missing"],
    ["2", "potbridge"],
    ["", "potbridge"],
  ]);
});
