import assert from "node:assert/strict";
import { test } from "node:test";
import { installChrome } from "../testing/fake-chrome.js";
import { hasPrivateWindow, isInPrivateWindow, isPrivateEntry } from "./private-windows.js";

test("a private window is one among the windows", async () => {
  const { windows } = installChrome().fakeTabs;
  assert.deepEqual([await hasPrivateWindow(), await isInPrivateWindow()], [false, false]);
  windows.unshift({ id: 2, type: "normal", incognito: true, focused: false });
  assert.deepEqual([await hasPrivateWindow(), await isInPrivateWindow()], [true, true]);
});

test("browsers that do not say it lose nothing and show nothing private", async () => {
  const fails = async () => {
    throw new Error("no windows");
  };
  installChrome({ windows: { getAll: fails, getCurrent: fails } });
  assert.deepEqual([await hasPrivateWindow(), await isInPrivateWindow()], [true, false]);
});

test("an entry is private as its session is", () => {
  const session = (/** @type {boolean | undefined} */ isPrivate) => ({ profile: "p", private: isPrivate });
  const is = (/** @type {any} */ entry) => isPrivateEntry(entry);
  for (const kind of ["capture", "playing"]) {
    assert.equal(is({ [kind]: { session: session(true) } }), true);
    assert.equal(is({ [kind]: { session: session(undefined) } }), false);
  }
  assert.deepEqual([is({ capture: {} }), is({})], [false, false]);
});
