import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { FakeEvent, installChrome, settle } from "../testing/fake-chrome.js";
import { FirstRun } from "./first-run.js";
import { firstRun } from "./storage.js";

const PERSONS = { unattended: false, temporary: false };
/** @type {ReturnType<typeof installChrome>} */
let chrome;
/** @type {FakeEvent} */
let onInstalled;
/** @type {FirstRun} */
let first;

beforeEach(() => {
  onInstalled = new FakeEvent();
  chrome = installChrome();
  Object.assign(chrome.runtime, { onInstalled });
  first = new FirstRun();
});

/** The addresses of the tabs that were opened. */
async function opened() {
  await settle();
  return chrome.fakeTabs.tabs.slice(1).map(({ url }) => url);
}

test("the page opens once, when the host is known", async () => {
  onInstalled.emit({ reason: "install" });
  assert.deepEqual(await opened(), []);
  first.hostReady(PERSONS);
  first.hostReady(PERSONS);
  assert.deepEqual(await opened(), ["chrome-extension://abcdef/welcome/welcome.html"]);
  first.hostUnusable();
  first = new FirstRun();
  first.hostReady(PERSONS);
  assert.equal((await opened()).length, 1);
});

test("the page opens if there is no host", async () => {
  first.hostUnusable();
  onInstalled.emit({ reason: "install" });
  assert.equal((await opened()).length, 1);
});

test("an update opens nothing, and when the extension was installed stays known", async () => {
  await firstRun.change({ installedAt: 7, isDue: false });
  onInstalled.emit({ reason: "update" });
  first.hostReady(PERSONS);
  assert.deepEqual(await opened(), []);
  assert.equal((await firstRun.get()).installedAt, 7);
});

test("nothing opens where nobody sets anything up, then or later", async () => {
  for (const hello of [
    { unattended: true, temporary: false },
    { unattended: false, temporary: true },
  ]) {
    first = new FirstRun();
    onInstalled.emit({ reason: "install" });
    first.hostReady(hello);
    first.hostUnusable();
    assert.deepEqual(await opened(), []);
  }
});

test("a background script that was stopped meanwhile opens it in its next life", async () => {
  onInstalled.emit({ reason: "install" });
  await settle();
  first = new FirstRun();
  first.hostUnusable();
  assert.equal((await opened()).length, 1);
});
