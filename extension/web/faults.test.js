import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { installChrome, settle } from "../testing/fake-chrome.js";
import { failedSinks, Faults } from "./faults.js";
import { noticeSettings } from "./storage.js";

/** @type {import("../testing/fake-chrome.js").FakeNotifications} */
let notifications;
/** @type {Faults} */
let faults;

beforeEach(() => {
  ({ notifications } = installChrome());
  faults = new Faults();
});

/**
 * @param {string} place
 * @param {"written" | "failed" | "pending"} outcome
 * @param {object} [more]
 */
function sink(place, outcome, more = {}) {
  const problem = outcome === "failed" ? { code: "disk-full", message: "No space is left.", hint: "Make room." } : {};
  return /** @type {any} */ ({
    kind: "env-file",
    place,
    last: { kind: "env-file", place, warnings: [], at: 1, outcome, ...problem },
    ...more,
  });
}

/**
 * @param {any[]} sinks
 */
async function status(...sinks) {
  faults.status(/** @type {any} */ ({ sinks }));
  await settle();
}

test("a place that fails is told once while it lasts, and again if it fails anew", async () => {
  await status(sink("/a", "failed"), sink("/b", "written"));
  const [[id, { title, message }]] = notifications.shown;
  assert.deepEqual([id, title], ["fault/place/env-file//a", "A token could not be saved"]);
  assert.equal(message, "/a\nNo space is left. Make room.");
  await status(sink("/a", "failed"), sink("/b", "written"));
  await status(sink("/a", "failed"), sink("/b", "failed"));
  assert.deepEqual(notifications.made, ["fault/place/env-file//a", "fault/place/env-file//b"]);
  await status(sink("/a", "written"), sink("/b", "failed"));
  assert.deepEqual([...notifications.shown.keys()], ["fault/place/env-file//b"]);
  await status(sink("/a", "failed"), sink("/b", "failed"));
  assert.equal(notifications.made.length, 3);
});

test("a place that is tried again, or not known, is not told of again", async () => {
  await status(sink("/a", "failed"));
  await status(sink("/a", "pending"));
  faults.status(/** @type {any} */ ({ sinks: [], unknown: ["sinks"] }));
  await status(sink("/a", "failed"));
  assert.equal(notifications.made.length, 1);
});

test("a fault that lasts is not told again by the next background script", async () => {
  await status(sink("/a", "failed"));
  faults = new Faults();
  await status(sink("/a", "failed"));
  assert.equal(notifications.made.length, 1);
});

test("a place that holds the newest token has not failed, and one that cannot be read has", () => {
  const problem = { code: "permission-denied", message: "It may not be read." };
  const sinks = [
    sink("/a", "failed", { now: { holds: "newest" } }),
    sink("/b", "written", { now: { holds: "unreadable" }, problem }),
    { kind: "env-file", place: "/c", last: null },
  ];
  const failed = failedSinks(/** @type {any} */ ({ sinks }));
  assert.deepEqual(
    failed.map(({ sink, problem }) => [sink.place, problem.code]),
    [["/b", "permission-denied"]],
  );
});

test("a host that is gone is told once it stays away, and only if it was there", async () => {
  for (let tries = 0; tries < 5; tries += 1) faults.hostAbsent();
  await settle();
  assert.deepEqual(notifications.made, []);
  faults.hostReady({ unattended: false });
  faults.hostAbsent();
  faults.hostAbsent();
  await settle();
  assert.deepEqual(notifications.made, []);
  for (let tries = 0; tries < 5; tries += 1) faults.hostAbsent();
  await settle();
  assert.deepEqual(notifications.made, ["fault/host"]);
  faults.hostReady({ unattended: false });
  await settle();
  assert.equal(notifications.shown.size, 0);
});

test("a place's fault and the host's are told apart", async () => {
  faults.hostReady({ unattended: false });
  await status(sink("/a", "failed"));
  for (let tries = 0; tries < 3; tries += 1) faults.hostAbsent();
  await settle();
  assert.deepEqual([...notifications.shown.keys()], ["fault/place/env-file//a", "fault/host"]);
});

test("nothing is told if the user does not want it, or where nobody looks", async () => {
  await noticeSettings.change({ faults: false });
  await status(sink("/a", "failed"));
  await noticeSettings.change({ faults: true });
  faults.hostReady({ unattended: true });
  await status(sink("/a", "failed"), sink("/b", "failed"));
  assert.deepEqual(notifications.made, []);
});

test("a click opens the popup, in a tab if the browser does not let it", async () => {
  let popups = 0;
  /** @type {any[]} */
  const opened = [];
  Object.assign(chrome.action, { openPopup: async () => (popups += 1) });
  Object.assign(chrome.tabs, { create: async (/** @type {any} */ { url }) => opened.push(url) });
  await status(sink("/a", "failed"));
  notifications.onClicked.emit("download/done/d1");
  notifications.onClicked.emit("fault/place/env-file//a");
  await settle();
  assert.deepEqual([popups, opened, notifications.shown.size], [1, [], 0]);
  Object.assign(chrome.action, { openPopup: async () => Promise.reject(new Error("no user gesture")) });
  notifications.onClicked.emit("fault/host");
  await settle();
  assert.deepEqual(opened, ["chrome-extension://abcdef/popup/popup.html"]);
});
