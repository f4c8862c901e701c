import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { installChrome, settle } from "../../testing/fake-chrome.js";
import { FakeElement, installDocument } from "../../testing/fake-dom.js";
import { onDemandSettings } from "../storage.js";
import { onDemand } from "./popup.js";

/** @type {ReturnType<typeof installDocument>} */
let page;
/** @type {import("../feature.js").PopupFeature} */
let feature;

beforeEach(async () => {
  installChrome();
  page = installDocument();
  feature = onDemand(/** @type {any} */ (page.body));
  await settle();
});

/**
 * @param {import("./history.js").Row[]} rows
 */
function draw(...rows) {
  feature.draw({ stored: { "token-requests": rows }, ready: true });
  return lines();
}

/** @returns {FakeElement[]} */
function lines() {
  return page.body.querySelector("ul")?.children ?? [];
}

/**
 * @param {string} selector
 */
function find(selector) {
  const found = page.body.querySelector(selector);
  assert.ok(found, selector);
  return found;
}

/**
 * @param {string} video_id
 * @param {import("./history.js").State} state
 * @returns {import("./history.js").Row}
 */
function row(video_id, state) {
  return { video_id, client: "yt-dlp", at: 1, state };
}

test("each request is a line with its client and state", () => {
  const [line] = draw(row("v1", "captured"));
  assert.equal(line.querySelector("a")?.textContent, "v1");
  assert.match(line.querySelector(".client")?.textContent ?? "", /^yt-dlp · /);
  assert.equal(line.querySelector(".state")?.textContent, "The token came.");
  assert.equal(line.dataset.state, "captured");
});

test("a request has its video's title, once that is known", () => {
  const [line] = draw(row("v1", "waiting"));
  const titles = { "video-titles": { v1: "Four ridges" } };
  feature.draw({ stored: { "token-requests": [row("v1", "waiting")], ...titles }, ready: true });
  assert.deepEqual([line.querySelector("a")?.textContent, line.querySelector("a")?.title], ["Four ridges", "v1"]);
});

test("without requests there is no list", () => {
  draw();
  assert.equal(find("ul").hidden, true);
  draw(row("v1", "waiting"));
  assert.equal(find("ul").hidden, false);
});

test("a request that changes keeps its line and the focus", () => {
  const [line] = draw(row("v1", "waiting"));
  const link = line.querySelector("a");
  link?.focus();
  const [same] = draw(row("v1", "captured"));
  assert.equal(same, line);
  assert.equal(page.activeElement, link);
});

test("a new request comes first, and an old one goes", () => {
  const [old] = draw(row("v1", "captured"));
  assert.deepEqual(draw(row("v2", "waiting"), row("v1", "captured")).at(1), old);
  assert.deepEqual(
    draw(row("v2", "waiting")).map(({ dataset }) => dataset.video),
    ["v2"],
  );
});

test("the switch is stored, and disables the limit", async () => {
  const [accept, limit] = [find("[name=accept]"), find("[name=limit]")];
  assert.deepEqual([accept.checked, limit.disabled, limit.value], [true, false, "20"]);
  accept.checked = false;
  accept.emit("change");
  await settle();
  assert.deepEqual(await onDemandSettings.get(), { accept: false });
  assert.equal(limit.disabled, true);
});

test("a limit is put into its range before it is stored", async () => {
  const limit = find("[name=limit]");
  limit.value = "0";
  limit.emit("change");
  await settle();
  assert.deepEqual([limit.value, await onDemandSettings.get()], ["1", { limit: 1 }]);
  limit.value = "";
  limit.emit("change");
  await settle();
  assert.deepEqual([limit.value, await onDemandSettings.get()], ["1", { limit: 1 }]);
});

test("a setting that changes elsewhere is not shown over typed text", async () => {
  const limit = find("[name=limit]");
  await onDemandSettings.change({ limit: 7 });
  await settle();
  assert.equal(limit.value, "7");
  limit.focus();
  limit.value = "12";
  await onDemandSettings.change({ accept: true });
  await settle();
  assert.equal(limit.value, "12");
});

test("the fold says what is accepted", async () => {
  assert.equal(find("summary").textContent, "Asked for by programs 0 of 20 an hour");
  await onDemandSettings.change({ limit: 7 });
  await settle();
  const [now, hour] = [Date.now(), 3_600_000];
  feature.draw({ stored: { "videos-opened-at": [now - hour, now - 1, now] }, ready: true });
  await settle();
  assert.equal(find(".count").textContent, "2 of 7 an hour");
  await onDemandSettings.change({ accept: false });
  await settle();
  assert.equal(find(".count").textContent, "off");
});
