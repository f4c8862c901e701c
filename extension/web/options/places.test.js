import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { FakeEvent, installChrome, settle } from "../../testing/fake-chrome.js";
import { installDocument } from "../../testing/fake-dom.js";
import * as storage from "../storage.js";
import { places } from "./places.js";

/** @typedef {import("../../testing/fake-dom.js").FakeElement} FakeElement */

const ENV = "/srv/my app/.env";
/** @type {any[]} What the background script was asked. */
let asked;
/** @type {any} What it answers. */
let answer;
/** @type {FakeElement} */
let section;
/** @type {ReturnType<typeof installDocument>} */
let page;

beforeEach(async () => {
  asked = [];
  const chrome = installChrome({
    permissions: { onAdded: new FakeEvent(), onRemoved: new FakeEvent(), contains: async () => true },
  });
  Object.assign(chrome.runtime, {
    sendMessage: async (/** @type {any} */ message) => {
      asked.push(message);
      return answer;
    },
  });
  Object.defineProperty(globalThis, "navigator", { value: { userAgent: "Linux" }, configurable: true });
  page = installDocument();
  section = /** @type {any} */ (places());
  page.body.append(section);
  await storage.host.set({ kind: "ready", version: "0.1.0" });
});

/**
 * @param {any[]} sinks
 * @param {Record<string, unknown>} [more]
 */
async function show(sinks, more) {
  await storage.status.set(/** @type {any} */ ({ config: "/home/me/config.toml", problems: [], unknown: [], sinks, tokens: [], ...more }));
  await settle();
}

/**
 * @param {Record<string, unknown>} [more]
 */
function sink(more) {
  const last = { kind: "env-file", place: ENV, at: Date.now(), warnings: [], outcome: "written" };
  return { kind: "env-file", place: ENV, last, now: { holds: "newest" }, ...more };
}

function rows() {
  return section.querySelector(".places")?.children ?? [];
}

test("each place has its state, a test and the command that removes it", async () => {
  await show([sink(), { kind: "keyring", place: "potbridge", last: null }]);
  assert.equal(rows().length, 2);
  assert.match(rows()[0].textContent, /✓Saved in \/srv\/my app\/\.env at /);
  assert.ok(rows()[0].textContent.includes("potbridge sink remove '/srv/my app/.env'"));
  assert.ok(rows()[1].textContent.includes("Nothing was saved there yet."));
  assert.ok(section.textContent.includes("/home/me/config.toml"));
});

test("a test names the place as the host listed it, and says what came of it", async () => {
  await show([sink()]);
  const test = /** @type {FakeElement} */ (rows()[0].querySelector("[name=test]"));
  const report = { kind: "env-file", place: ENV, at: 1, warnings: [] };
  for (const [told, words] of /** @type {[any, RegExp][]} */ ([
    [{ type: "sink-tested", sink: { ...report, outcome: "written" } }, /✓It works: the newest token was written\./],
    [{ type: "sink-tested", sink: { ...report, outcome: "unchanged" } }, /✓It works: nothing had to be written\./],
    [
      { type: "sink-tested", sink: { ...report, outcome: "failed", code: "folder-missing", message: "x" } },
      /✗It failed: its folder is missing/,
    ],
    [
      { type: "sink-tested", sink: { ...report, outcome: "written", warnings: [{ code: "not-ignored-by-git", message: "x" }] } },
      /!It was written, but: git would publish it/,
    ],
    [{ type: "error", code: "sink-unknown", message: "x" }, /✗This place is not in the settings any more\./],
    [{ type: "error", code: "no-host", message: "no-host" }, /✗The helper program is not connected\./],
    [{ type: "error", code: "config-invalid", message: "Line 3 is no TOML.", hint: "Correct it." }, /✗Line 3 is no TOML\. Correct it\./],
  ])) {
    answer = told;
    test.click();
    assert.equal(test.getAttribute("aria-disabled"), "true");
    await settle();
    assert.match(rows()[0].querySelector(".result")?.textContent ?? "", words);
    assert.equal(test.getAttribute("aria-disabled"), null);
  }
  assert.deepEqual(asked[0], { type: "test-sink", kind: "env-file", place: ENV });
});

test("while a test is under way a second press does nothing", async () => {
  await show([sink()]);
  const test = /** @type {FakeElement} */ (rows()[0].querySelector("[name=test]"));
  test.click();
  test.click();
  await settle();
  assert.equal(asked.length, 1);
});

test("a place that stays keeps its element and the focus, and one that goes is gone", async () => {
  await show([sink(), sink({ place: "/b/.env" })]);
  const [first] = rows();
  const button = /** @type {FakeElement} */ (first.querySelector("[name=test]"));
  button.focus();
  await show([sink({ now: { holds: "gone" } })]);
  assert.deepEqual([rows().length, rows()[0] === first, page.activeElement === button], [1, true, true]);
  assert.match(first.textContent, /✗\/srv\/my app\/\.env is gone\./);
});

test("without a place the commands that add one are open, and without a host there is none", async () => {
  await show([]);
  assert.ok(section.textContent.includes("No place is set up."));
  assert.equal(section.querySelector(".add")?.getAttribute("open"), "");
  await show([], { unknown: ["sinks"] });
  assert.ok(section.textContent.includes("The settings file has a mistake"));
  await storage.host.set({ kind: "absent", reason: "" });
  await settle();
  assert.ok(section.textContent.includes("once the helper program is connected"));
  assert.equal(section.querySelector(".config")?.hidden, true);
});
