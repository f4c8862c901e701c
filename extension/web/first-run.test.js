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
  await settle();
  const { installedAt } = await firstRun.get();
  first = new FirstRun();
  onInstalled.emit({ reason: "update" });
  await settle();
  first.hostReady(PERSONS);
  assert.deepEqual(await opened(), []);
  assert.equal((await firstRun.get()).installedAt, installedAt);
});

test("an update of a version that kept nothing of its installation opens nothing", async () => {
  onInstalled.emit({ reason: "update" });
  await settle();
  first.hostReady(PERSONS);
  assert.deepEqual(await opened(), []);
});

test("the page opens where the browser tells of no installation", async () => {
  first.hostReady(PERSONS);
  assert.equal((await opened()).length, 1);
});

test("nothing opens where nobody sets anything up, then or later", async () => {
  for (const hello of [
    { unattended: true, temporary: false },
    { unattended: false, temporary: true },
  ]) {
    chrome.storage.local.stored = {};
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

test("a page that cannot be opened yet opens the next time", async () => {
  const { create } = chrome.tabs;
  Object.assign(chrome.tabs, { create: async () => Promise.reject(new Error("No current window")) });
  first.hostReady(PERSONS);
  assert.deepEqual(await opened(), []);
  Object.assign(chrome.tabs, { create });
  first.hostReady(PERSONS);
  assert.equal((await opened()).length, 1);
});
