import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { installChrome, settle } from "../testing/fake-chrome.js";
import * as storage from "./storage.js";

/** @type {ReturnType<typeof installChrome>} */
let chrome;

beforeEach(() => {
  chrome = installChrome();
});

test("a key that was never set has its fallback", async () => {
  assert.equal(await storage.profile.get(), undefined);
  assert.deepEqual(await storage.host.get(), { kind: "connecting" });
  assert.deepEqual(storage.tokenRequests.in({}), []);
});

test("a value is stored, read, found among all, and removed", async () => {
  await storage.profile.set("p1");
  assert.equal(await storage.profile.get(), "p1");
  await storage.hiddenTabsFailedAt.set(7);
  assert.equal(storage.hiddenTabsFailedAt.in(await storage.readSession()), 7);
  await storage.hiddenTabsFailedAt.remove();
  assert.equal(await storage.hiddenTabsFailedAt.get(), undefined);
});

test("what must not reach the disk is in the session area", async () => {
  await storage.downloadSessions.set({ d1: { container: "c" } });
  await storage.tokenRequests.set([]);
  await storage.onDemandSettings.change({ limit: 3 });
  assert.deepEqual(Object.keys(chrome.storage.session.stored), ["download-sessions", "token-requests"]);
  assert.deepEqual(Object.keys(chrome.storage.local.stored), ["on-demand-settings"]);
});

test("changes of one setting at the same time are all kept", async () => {
  await Promise.all([
    storage.onDemandSettings.change({ limit: 5 }),
    storage.onDemandSettings.change({ accept: false }),
  ]);
  assert.deepEqual(await storage.onDemandSettings.get(), { limit: 5, accept: false });
});

test("a listener hears of its own key only", async () => {
  let heard = 0;
  storage.onDemandSettings.onChanged(() => (heard += 1));
  await storage.profile.set("p1");
  assert.equal(heard, 0);
  await storage.onDemandSettings.change({ limit: 5 });
  await settle();
  assert.equal(heard, 1);
});

test("the journal's entries are read in order, without other keys", async () => {
  const entry = (/** @type {string} */ id, /** @type {number} */ order) =>
    /** @type {any} */ ({ id, order, state: "waiting" });
  await storage.journalEntries.set(entry("b", 2));
  await storage.journalEntries.set(entry("a", 10));
  await storage.journalEntries.set(entry("c", 1));
  await storage.host.set({ kind: "connecting" });
  assert.deepEqual(
    (await storage.journalEntries.get()).map(({ id }) => id),
    ["c", "b", "a"],
  );
  await storage.journalEntries.remove("b");
  assert.deepEqual(
    (await storage.journalEntries.get()).map(({ id }) => id),
    ["c", "a"],
  );
});
