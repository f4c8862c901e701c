import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { installChrome, settle } from "../../testing/fake-chrome.js";
import { FakeElement, installDocument } from "../../testing/fake-dom.js";
import { downloads } from "./popup.js";

/** @type {ReturnType<typeof installDocument>} */
let page;
/** @type {any[]} */
let sent;
/** @type {import("../feature.js").PopupFeature} */
let feature;

beforeEach(() => {
  sent = [];
  installChrome({
    runtime: { sendMessage: async (/** @type {any} */ message) => sent.push(message) },
    tabs: { query: async () => [] },
    permissions: { contains: async () => false },
  });
  page = installDocument();
  feature = downloads(/** @type {any} */ (page.body));
});

/**
 * @param {[string, import("../../types/messages.js").DownloadState, number][]} rows
 */
async function draw(...rows) {
  const all = rows.map(([id, state, asked_at]) => ({
    id,
    title: id,
    preset: "best",
    subtitles: false,
    state,
    progress: { bytes: 0 },
    notices: [],
    asked_at,
    at: 1,
  }));
  feature.draw({ stored: { downloads: { dir: "/v", downloads: all, actionErrors: {} } }, ready: true });
  await settle();
}

/** @returns {FakeElement[]} */
function lines() {
  return page.body.querySelector("#downloads")?.children ?? [];
}

function shown() {
  return lines().map(({ dataset }) => dataset.id);
}

test("downloads under way come first, and a removed one goes", async () => {
  await draw(["a", "done", 1], ["b", "downloading", 2], ["c", "failed", 3]);
  assert.deepEqual(shown(), ["b", "c", "a"]);
  await draw(["a", "done", 1], ["b", "done", 2]);
  assert.deepEqual(shown(), ["b", "a"]);
});

test("the list is hidden while it is empty", async () => {
  await draw();
  assert.equal(page.body.querySelector("#downloads")?.parent?.hidden, true);
  await draw(["a", "queued", 1]);
  assert.equal(page.body.querySelector("#downloads")?.parent?.hidden, false);
});

test("a line stays the same element, and keeps the focus when it moves", async () => {
  await draw(["a", "done", 1], ["b", "failed", 2]);
  const [first, second] = lines();
  const button = second.querySelector("[name=forget]");
  button?.focus();
  assert.equal(page.activeElement, button);
  await draw(["a", "done", 3], ["b", "failed", 2]);
  assert.deepEqual(lines(), [second, first]);
  assert.equal(page.activeElement, button);
});

test("a click asks the background script for the action", async () => {
  await draw(["a", "failed", 1]);
  lines()[0].querySelector("[name=retry]")?.click();
  assert.deepEqual(sent, [{ type: "download/action", id: "a", action: "retry" }]);
});
