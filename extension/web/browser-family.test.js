import assert from "node:assert/strict";
import { test } from "node:test";
import { installChrome, installFirefox } from "../testing/fake-chrome.js";
import { isFirefox } from "./browser-family.js";

test("the family is told by the extension's own address", () => {
  installChrome();
  assert.equal(isFirefox(), false);
  installFirefox();
  assert.equal(isFirefox(), true);
});
