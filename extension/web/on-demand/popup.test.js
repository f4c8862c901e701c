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
  assert.deepEqual([accept.checked, limit.disabled, limit.value], [false, false, "20"]);
  await onDemandSettings.change({ accept: true });
  await settle();
  assert.deepEqual([accept.checked, limit.disabled], [true, false]);
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
  assert.equal(find("summary").textContent, "Asked for by programs not answered yet");
  await onDemandSettings.change({ accept: true });
  await settle();
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

/**
 * Draws what the host says of the configuration.
 * @param {string} consent
 */
async function drawConfigured(consent) {
  feature.draw({ stored: { status: { consent, config: "/c.toml" } }, ready: true });
  await settle();
  const [accept, configured] = [find("[name=accept]"), find(".configured")];
  const says = configured.hidden ? undefined : configured.textContent;
  return [find(".count").textContent, accept.checked, accept.disabled, says];
}

test("what the configuration says of it is shown with its file, unless the user has answered", async () => {
  const refused = ["off", false, true, "Turned off by the settings file."];
  assert.deepEqual(await drawConfigured("given"), ["0 of 20 an hour", true, false, "Allowed by the settings file."]);
  assert.deepEqual(await drawConfigured("refused"), refused);
  for (const none of ["unset", "unknown"]) {
    assert.deepEqual(await drawConfigured(none), ["not answered yet", false, false, undefined]);
  }
  await onDemandSettings.change({ accept: false });
  assert.deepEqual(await drawConfigured("given"), ["off", false, false, undefined]);
  await onDemandSettings.change({ accept: true });
  assert.deepEqual(await drawConfigured("unset"), ["0 of 20 an hour", true, false, undefined]);
  assert.deepEqual(await drawConfigured("refused"), refused);
});

/**
 * @param {"asked" | "unanswered" | "declined"} state
 */
function question(state) {
  return { "consent-question": { state, client: "yt-dlp", video_id: "v1" }, "video-titles": { v1: "Four ridges" } };
}

test("the question says who asks for what, and stands while it is open", () => {
  const card = find("#consent");
  assert.equal(card.hidden, true);
  for (const [state, who] of /** @type {const} */ ([
    ["asked", "yt-dlp asks for: Four ridges"],
    ["unanswered", "yt-dlp asked for: Four ridges"],
  ])) {
    assert.equal(feature.isAsking?.(question(state)), true);
    feature.draw({ stored: question(state), ready: true, isAsking: true });
    assert.deepEqual([card.hidden, card.querySelector(".who")?.textContent], [false, who]);
  }
  // The header speaks of something worse, or nobody waits.
  feature.draw({ stored: question("asked"), ready: false, isAsking: false });
  assert.equal(card.hidden, true);
  assert.equal(feature.isAsking?.(question("declined")), false);
  assert.equal(feature.isAsking?.({}), false);
});

test("the answer is stored, and not now is told to the background script", async () => {
  /** @type {unknown[]} */
  const sent = [];
  Object.assign(chrome.runtime, { sendMessage: async (/** @type {unknown} */ message) => sent.push(message) });
  await onDemandSettings.change({ limit: 7 });
  await settle();
  const [allow, notNow] = [find("[name=allow]"), find("[name=not-now]")];
  assert.deepEqual([allow.textContent, notNow.textContent], ["Allow, 7 an hour", "Not now"]);
  notNow.emit("click");
  assert.deepEqual([sent, await onDemandSettings.get()], [[{ type: "on-demand/not-now" }], { limit: 7 }]);
  allow.emit("click");
  await settle();
  assert.deepEqual(await onDemandSettings.get(), { limit: 7, accept: true });
});

test("the popup shows the five newest requests", () => {
  const rows = Array.from({ length: 9 }, (_, index) => row(`v${index}`, "captured"));
  assert.deepEqual(draw(...rows).map(({ dataset }) => dataset.video), ["v0", "v1", "v2", "v3", "v4"]);
});
