import assert from "node:assert/strict";
import { before, test } from "node:test";
import { installChrome } from "../../testing/fake-chrome.js";
import { createProperties, describeOpenError, isPrivate } from "./container.js";

before(() => void installChrome());

test("only a container of its own is named to the browser", () => {
  assert.deepEqual(createProperties(undefined), {});
  assert.deepEqual(createProperties("firefox-container-2"), { cookieStoreId: "firefox-container-2" });
  assert.ok(isPrivate("firefox-private") && !isPrivate("firefox-container-2") && !isPrivate(undefined));
});

test("a missing permission for a container is explained", () => {
  const error = new Error("Type error: No permission for cookieStoreId: firefox-container-2");
  const explained = describeOpenError(error, "firefox-container-2");
  assert.ok(typeof explained !== "string" && explained.english === explained.shown);
  assert.match(explained.shown, /^Firefox lets an extension open tabs in a container only if .* Switch on/);
  assert.equal(describeOpenError(error, undefined), error.message);
});

test("another error keeps its words", () => {
  assert.equal(describeOpenError(new Error("no window"), "firefox-container-2"), "no window");
  assert.equal(describeOpenError("odd", undefined), "odd");
});
