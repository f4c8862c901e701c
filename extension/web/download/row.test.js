import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { installChrome } from "../../testing/fake-chrome.js";
import { FakeElement, installDocument } from "../../testing/fake-dom.js";
import { Row } from "./row.js";

/** @type {ReturnType<typeof installDocument>} */
let page;
/** @type {string[]} What was said to screen readers. */
let spoken;
/** @type {any[]} What the buttons did. */
let actions;
/** @type {any[]} What the browser was asked for. */
let asked;
/** @type {Row} */
let row;
/** @type {FakeElement} */
let line;

beforeEach(() => {
  [spoken, actions, asked] = [[], [], []];
  installChrome({ permissions: { request: async (/** @type {any} */ what) => asked.push(what) } });
  page = installDocument();
  row = new Row(
    {
      act: (action, login) => actions.push(login ? [action, "login"] : action),
      open: (address) => actions.push(address),
    },
    (text) => spoken.push(text),
  );
  line = /** @type {any} */ (row.element);
  page.body.append(line);
});

/**
 * @param {Partial<import("./download.js").Download>} [more]
 * @returns {import("./download.js").Download}
 */
function download(more = {}) {
  return {
    id: "d1",
    title: "Fog",
    preset: "best",
    subtitles: false,
    state: "downloading",
    progress: { bytes: 0, permille: 410 },
    notices: [],
    asked_at: 1,
    at: 1,
    ...more,
  };
}

/**
 * @param {string} selector
 */
function find(selector) {
  const found = line.querySelector(selector);
  assert.ok(found, selector);
  return found;
}

function offered() {
  const buttons = [".second", ".line"].flatMap((part) => find(part).children.filter(({ name }) => name === "button"));
  return buttons.filter(({ hidden }) => !hidden).map((button) => button.getAttribute("name"));
}

/**
 * @param {import("../../types/messages.js").Code} code
 */
function failed(code) {
  return download({ state: "failed", video_id: "v1", error: { code, message: "The host's words.", hint: "Do so." } });
}

test("a row shows title, state and progress", () => {
  row.draw(download(), undefined, true);
  assert.equal(find(".title").textContent, "Fog");
  assert.equal(find(".state").textContent, "41%");
  assert.equal(find("progress").value, 0.41);
  assert.deepEqual([line.dataset.id, line.dataset.state, line.dataset.permille], ["d1", "downloading", "410"]);
});

test("the bar has a value while loading, and is hidden at the end", () => {
  row.draw(download(), undefined, true);
  row.draw(download({ state: "processing" }), undefined, true);
  assert.equal(find("progress").value, "");
  assert.equal(find("progress").hidden, false);
  row.draw(download({ state: "done" }), undefined, true);
  assert.equal(find("progress").hidden, true);
  row.draw(download({ state: "queued" }), undefined, true);
  assert.equal(find("progress").hidden, true);
});

test("only the possible actions are offered, and none without a host", () => {
  row.draw(download(), undefined, true);
  assert.deepEqual(offered(), ["cancel"]);
  find("[name=cancel]").click();
  assert.deepEqual(actions, ["cancel"]);
  assert.equal(find("[name=cancel]").getAttribute("aria-disabled"), "false");
  row.draw(download(), undefined, false);
  assert.equal(find("[name=cancel]").getAttribute("aria-disabled"), "true");
  find("[name=cancel]").click();
  assert.deepEqual(actions, ["cancel"]);
});

test("a button is named with its download", () => {
  row.draw(download(), undefined, true);
  assert.equal(find("[name=cancel]").getAttribute("aria-label"), "Cancel: Fog");
});

test("the focus goes to another button if its own is hidden", () => {
  row.draw(download(), undefined, true);
  find("[name=cancel]").focus();
  row.draw(download({ state: "failed" }), undefined, true);
  assert.equal(page.activeElement, find("[name=retry]"));
});

test("a new state is spoken once", () => {
  row.draw(download(), undefined, true);
  row.draw(download({ progress: { bytes: 0, permille: 500 } }), undefined, true);
  assert.deepEqual(spoken, []);
  row.draw(download({ state: "done" }), undefined, true);
  row.draw(download({ state: "done" }), undefined, true);
  assert.deepEqual(spoken, ["Fog: Done"]);
});

test("the error of an action is shown until the next state", () => {
  row.draw(download(), "The host could not.", true);
  const error = find(".action-error");
  assert.deepEqual([error.hidden, error.textContent], [false, "The host could not."]);
  row.draw(download(), undefined, true);
  assert.equal(error.hidden, true);
});

test("a download that failed says why by its code, and in the fold what the host says", () => {
  row.draw(failed("members-only"), undefined, true);
  assert.equal(find("summary").textContent, "For members only");
  assert.equal(find(".notices").textContent, "The host's words. Do so. (members-only)");
  row.draw(failed(/** @type {any} */ ("of-a-later-host")), undefined, true);
  assert.equal(find("summary").textContent, "The host's words.");
});

test("a download that failed has the button that mends it", () => {
  row.draw(failed("members-only"), undefined, true);
  assert.deepEqual(offered(), ["login", "forget"]);
  find("[name=login]").click();
  assert.deepEqual([actions.pop(), asked[0].permissions], [["retry", "login"], ["cookies"]]);

  row.draw(failed("no-token"), undefined, true);
  assert.deepEqual(offered(), ["youtube", "retry", "forget"]);
  find("[name=youtube]").click();
  assert.equal(actions.pop(), "https://www.youtube.com/watch?v=v1");

  row.draw(failed("no-ffmpeg"), undefined, true);
  assert.deepEqual(offered(), ["install", "retry", "forget"]);
  find("[name=install]").click();
  assert.match(actions.pop(), /yt-dlp/);

  row.draw(failed("no-network"), undefined, true);
  assert.deepEqual(offered(), ["retry", "forget"]);
  row.draw(failed("drm-protected"), undefined, true);
  assert.deepEqual(offered(), ["forget"]);
});

test("without a host no login is asked for, and YouTube opens all the same", () => {
  row.draw(failed("members-only"), undefined, false);
  find("[name=login]").click();
  assert.deepEqual([actions, asked], [[], []]);
  row.draw(failed("no-token"), undefined, false);
  find("[name=youtube]").click();
  assert.equal(actions.length, 1);
});

test("a row whose download is the same is not drawn again", () => {
  row.draw(download(), undefined, true);
  find(".state").textContent = "left alone";
  row.draw(download(), undefined, true);
  assert.equal(find(".state").textContent, "left alone");
});

test("a notice that stays is not drawn again", () => {
  const notices = [
    { code: /** @type {const} */ ("token-renewed"), message: "A new token came.", hint: "Nothing to do." },
  ];
  row.draw(download({ notices }), undefined, true);
  const [first] = find(".notices").children;
  assert.equal(find("summary").textContent, "A new token came");
  assert.equal(first.textContent, "A new token came. Nothing to do. (token-renewed)");
  row.draw(download({ notices, state: "processing" }), undefined, true);
  assert.equal(find(".notices").children[0], first);
  row.draw(download(), undefined, true);
  assert.deepEqual([find(".notices").children.length, find(".about").hidden], [0, true]);
});
