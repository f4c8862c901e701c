import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { FakeTabs, installChrome, settle } from "../../testing/fake-chrome.js";
import { load } from "./tab-load.js";

const URL = "chrome-extension://abcdef/on-demand/parked.html";
/** @type {FakeTabs} */
let tabs;
/** @type {boolean} */
let isLoaded;

beforeEach(() => {
  tabs = installChrome().fakeTabs;
  tabs.loadsAtOnce = false;
  isLoaded = false;
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

async function begin() {
  void load(1, URL).then(() => (isLoaded = true));
  await settle();
  assert.equal(tabs.tab(1).url, URL);
}

test("a tab is waited for until it shows the address, and not what it showed before", async () => {
  await begin();
  for (const [tab, status] of /** @type {[number, string][]} */ ([[1, "complete"], [1, "loading"], [2, "complete"]])) {
    tabs.onUpdated.emit(tab, { status });
    await settle();
    assert.equal(isLoaded, false, `${tab} ${status}`);
  }
  tabs.onUpdated.emit(1, { status: "complete" });
  await settle();
  assert.equal(isLoaded, true);
  assert.equal(tabs.onUpdated.listeners.size, 0);
});

test("a tab that says nothing is waited for no longer than a second", async () => {
  await begin();
  mock.timers.tick(999);
  await settle();
  assert.equal(isLoaded, false);
  mock.timers.tick(1);
  await settle();
  assert.equal(isLoaded, true);
});

test("a tab that somebody closed is not waited for", async () => {
  await load(99, URL);
  assert.equal(tabs.onUpdated.listeners.size, 0);
});
