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

/** @returns {FakeElement[]} */
function folded() {
  return page.body.querySelector("#downloads-rest")?.children ?? [];
}

/**
 * @param {FakeElement[]} lines
 * @param {number} index
 * @param {string} name
 */
function button(lines, index, name) {
  const found = lines[index]?.querySelector(`[name=${name}]`);
  assert.ok(found, name);
  return found;
}

test("what runs comes first, then what failed and what waits, and a removed one goes", async () => {
  await draw(["a", "queued", 5], ["b", "downloading", 2], ["c", "failed", 3]);
  assert.deepEqual(shown(), ["b", "c", "a"]);
  await draw(["a", "done", 1], ["b", "done", 2]);
  assert.deepEqual(shown(), ["b", "a"]);
});

test("the list is hidden while it is empty", async () => {
  await draw();
  assert.equal(page.body.querySelector("#download-list")?.hidden, true);
  await draw(["a", "queued", 1]);
  assert.equal(page.body.querySelector("#download-list")?.hidden, false);
});

test("three rows are shown, and the rest is counted on its fold", async () => {
  await draw(["a", "downloading", 1], ["b", "queued", 2], ["c", "queued", 3]);
  const fold = page.body.querySelector("details");
  const foot = page.body.querySelector(".foot")?.children[0];
  assert.deepEqual([shown(), foot?.hidden, !!fold], [["a", "b", "c"], true, true]);
  await draw(["a", "downloading", 1], ["b", "queued", 2], ["c", "queued", 3], ["d", "queued", 4], ["e", "done", 5], ["f", "cancelled", 6]);
  assert.deepEqual(shown(), ["a", "b", "c"]);
  assert.deepEqual(folded().map(({ dataset }) => dataset.id), ["d", "f", "e"]);
  assert.equal(foot?.hidden, false);
  assert.equal(foot?.querySelector("summary")?.textContent, "1 waiting · 2 finished");
});

test("finished downloads are cleared at once, and those that failed stay", async () => {
  const clear = () => page.body.querySelector("[name=clear]");
  await draw(["a", "done", 1], ["b", "failed", 2]);
  assert.equal(clear()?.hidden, true);
  await draw(["a", "done", 1], ["b", "failed", 2], ["c", "cancelled", 3]);
  assert.equal(clear()?.hidden, false);
  clear()?.click();
  assert.deepEqual(
    sent.map(({ id, action }) => [id, action]),
    [
      ["c", "forget"],
      ["a", "forget"],
    ],
  );
});

test("a row that has the focus is not folded away", async () => {
  await draw(["a", "done", 1], ["b", "done", 2], ["c", "done", 3]);
  const held = button(lines(), 2, "forget");
  held.focus();
  await draw(["a", "done", 1], ["b", "done", 2], ["c", "done", 3], ["d", "downloading", 4]);
  assert.deepEqual([shown(), page.activeElement === held], [["d", "c", "a"], true]);
  page.activeElement = undefined;
  await draw(["a", "done", 1], ["b", "done", 2], ["c", "done", 3], ["d", "downloading", 5]);
  assert.deepEqual(shown(), ["d", "c", "b"]);
});

test("the focus of a row that goes falls to its neighbour, and of the last one to what is above", async () => {
  await draw(["a", "failed", 1], ["b", "failed", 2]);
  button(lines(), 0, "forget").focus();
  await draw(["a", "failed", 1]);
  assert.equal(page.activeElement, button(lines(), 0, "retry"));
  const above = page.body.querySelector("#download");
  if (above) above.hidden = false;
  await draw();
  assert.equal(page.activeElement, page.body.querySelector("[name=start]"));
});

test("the focus of a button that goes with what it cleared falls to a row", async () => {
  await draw(["a", "done", 1], ["b", "done", 2], ["c", "failed", 3]);
  page.body.querySelector("[name=clear]")?.focus();
  await draw(["c", "failed", 3]);
  assert.equal(page.activeElement, button(lines(), 0, "retry"));
});

test("a line stays the same element, and keeps the focus when it moves", async () => {
  await draw(["a", "failed", 1], ["b", "failed", 2]);
  const [first, second] = lines();
  const button = second.querySelector("[name=forget]");
  button?.focus();
  assert.equal(page.activeElement, button);
  await draw(["a", "failed", 3], ["b", "failed", 2]);
  assert.ok(lines()[0] === second && lines()[1] === first);
  assert.equal(page.activeElement, button);
});

test("a click asks the background script for the action", async () => {
  await draw(["a", "failed", 1]);
  lines()[0].querySelector("[name=retry]")?.click();
  assert.deepEqual(sent, [{ type: "download/action", id: "a", action: "retry", login: undefined }]);
});
