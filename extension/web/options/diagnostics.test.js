import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { FakeEvent, installChrome, settle } from "../../testing/fake-chrome.js";
import { installDocument } from "../../testing/fake-dom.js";
import * as storage from "../storage.js";
import { diagnostics } from "./diagnostics.js";

/** @typedef {import("../../testing/fake-dom.js").FakeElement} FakeElement */

const DIAGNOSIS = {
  type: "diagnosis",
  id: "1",
  text: "potbridge-setup 0.1.0: all is well\n",
  rows: [{ part: "yt-dlp", name: "yt-dlp", state: "ok", message: "runs" }],
};
/** @type {string[]} */
let asked;
/** @type {any} */
let answer;
/** @type {string[]} */
let copied;
let mayCopy = true;
/** @type {FakeElement} */
let section;

beforeEach(async () => {
  [asked, copied, mayCopy, answer] = [[], [], true, DIAGNOSIS];
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  const chrome = installChrome({
    permissions: { onAdded: new FakeEvent(), onRemoved: new FakeEvent(), contains: async () => true },
    extension: { isAllowedIncognitoAccess: async () => false },
  });
  Object.assign(chrome.runtime, {
    getPlatformInfo: async () => ({ os: "linux", arch: "x86-64" }),
    sendMessage: async (/** @type {{type: string}} */ { type }) => {
      asked.push(type);
      return type === "diagnose" ? answer : null;
    },
  });
  const writeText = async (/** @type {string} */ text) => {
    if (!mayCopy) throw new Error("NotAllowedError");
    copied.push(text);
  };
  const value = { userAgent: "Linux", userAgentData: { brands: [{ brand: "Chromium", version: "156" }] }, clipboard: { writeText } };
  Object.defineProperty(globalThis, "navigator", { value, configurable: true });
  await storage.host.set({ kind: "ready", version: "0.1.0" });
  const page = installDocument();
  section = /** @type {any} */ (diagnostics());
  page.body.append(section);
  await settle();
});

/**
 * @param {string} selector
 */
function find(selector) {
  const found = section.querySelector(selector);
  assert.ok(found, selector);
  return found;
}

/**
 * @param {string} step
 */
function rowOf(step) {
  return find(`[data-step=${step}]`);
}

test("nothing is asked before somebody presses a button", () => {
  assert.deepEqual([asked, find("pre").hidden], [[], true]);
  assert.match(rowOf("browser").textContent, /^✓Browser Chromium 156$/);
  assert.match(rowOf("yt_dlp").textContent, /Not looked at yet/);
});

test("the button makes the report, shows it and copies exactly that", async () => {
  find("[name=copy-report]").click();
  assert.equal(find("[name=copy-report]").getAttribute("aria-disabled"), "true");
  await settle();
  assert.ok(asked.includes("diagnose"));
  assert.deepEqual(copied, [find("pre").textContent]);
  assert.ok(copied[0].startsWith("potbridge's extension 0.1.0") && copied[0].endsWith(`\n\n${DIAGNOSIS.text}`), copied[0]);
  assert.deepEqual([find("pre").hidden, find("[name=copy-report]").textContent], [false, "Copied"]);
  assert.match(rowOf("yt_dlp").textContent, /^✓yt-dlp yt-dlp: runs$/);
  assert.equal(find("[name=copy-report]").getAttribute("aria-disabled"), null);
  mock.timers.tick(4000);
  assert.equal(find("[name=copy-report]").textContent, "Copy report");
});

test("a report that took too long for the click is copied by the next one", async () => {
  mayCopy = false;
  find("[name=copy-report]").click();
  await settle();
  assert.match(find(".state").textContent, /Press the button again/);
  mayCopy = true;
  find("[name=copy-report]").click();
  await settle();
  assert.deepEqual([copied.length, asked.filter((type) => type === "diagnose").length], [1, 1]);
});

test("without a host the report has what the extension knows", async () => {
  answer = { type: "error", code: "no-host", message: "no-host" };
  find("[name=check]").click();
  await settle();
  assert.match(find("pre").textContent, /the doctor said nothing: no-host/);
  assert.match(find(".state").textContent, /is not connected/);
  assert.deepEqual(copied, []);
});

test("the steps follow what changes, and what did not change is not drawn anew", async () => {
  const browser = find("[data-step=browser]").children[0];
  await storage.host.set({ kind: "absent", reason: "Specified native messaging host not found." });
  await settle();
  assert.match(rowOf("helper").textContent, /^✗Helper program One more step/);
  assert.ok(rowOf("helper").textContent.includes("potbridge-setup install"));
  assert.equal(find("[data-step=browser]").children[0], browser);
  const again = /** @type {FakeElement} */ (rowOf("helper").querySelector("[name=fix]"));
  again.focus();
  await storage.host.set({ kind: "ready", version: "0.1.0" });
  await settle();
  assert.match(rowOf("helper").textContent, /^✓/);
  assert.equal(/** @type {any} */ (document.activeElement), find("[name=check]"));
});
