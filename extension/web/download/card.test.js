import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { installChrome, settle } from "../../testing/fake-chrome.js";
import { FakeElement, installDocument } from "../../testing/fake-dom.js";
import { downloadChoices } from "../storage.js";
import { Card } from "./card.js";

/** @type {any} The tab in front. */
let tab;
/** @type {any} What its page shows. */
let page;
/** @type {any[]} What the background script was asked. */
let sent;
/** @type {any} What it answers to a start. */
let answer;
let isGranted = true;
/** @type {Card} */
let card;
/** @type {FakeElement} */
let section;

const LISTED = { dir: "/v", downloads: [], actionErrors: {} };

beforeEach(async () => {
  [tab, page, sent, answer, isGranted] = [
    { id: 7, url: "https://www.youtube.com/watch?v=v1", title: "Fog - YouTube" },
    { video_id: "v1", music: false },
    [],
    {},
    true,
  ];
  installChrome({
    tabs: { query: async () => [tab] },
    permissions: { contains: async () => isGranted, request: async () => isGranted },
    runtime: {
      sendMessage: async (/** @type {any} */ message) => {
        if (message.type === "page-of") return page;
        sent.push(message);
        return answer;
      },
    },
  });
  const { body } = installDocument();
  card = new Card();
  section = /** @type {any} */ (card.element);
  body.append(section);
  await settle();
});

/**
 * @param {any} [downloads]
 * @param {any} [newest]
 */
async function draw(downloads = LISTED, newest = undefined) {
  await card.draw({ stored: {}, ready: true, newest }, downloads);
}

/**
 * @param {string} selector
 */
function find(selector) {
  const found = section.querySelector(selector);
  assert.ok(found, selector);
  return found;
}

/**
 * @param {string} name
 * @param {boolean} checked
 */
async function choose(name, checked) {
  const box = find(`[name=${name}]`);
  box.checked = checked;
  box.emit("change");
  await settle();
}

test("the video in front is offered by its title", async () => {
  await draw();
  assert.deepEqual([section.hidden, find(".what").textContent, find(".to").textContent], [false, "Fog", "Saves into /v"]);
});

test("without a video, or without a host, there is no card", async () => {
  page = null;
  await draw();
  assert.equal(section.hidden, true);
  page = { video_id: "v1", music: false };
  await draw(null);
  assert.equal(section.hidden, true);
});

test("the video played last is offered if no other is in front", async () => {
  page = null;
  await draw(LISTED, { token: { video_id: "v9", client: "WEB" } });
  assert.equal(find(".what").textContent, "The video played last: v9");
});

test("a click starts the download with what was chosen", async () => {
  find("[name=preset]").value = "720p";
  await choose("subtitles", true);
  await draw();
  find("[name=start]").click();
  await settle();
  assert.deepEqual(sent, [
    {
      type: "download/start",
      target: page,
      preset: "720p",
      subtitles: true,
      playlist: false,
      tab: 7,
      session: undefined,
    },
  ]);
});

test("a download that cannot start says why until another is in front", async () => {
  answer = { error: "No yt-dlp." };
  await draw();
  find("[name=start]").click();
  await settle();
  assert.deepEqual([find(".error").hidden, find(".error").textContent], [false, "No yt-dlp."]);
  assert.equal(find("[name=start]").getAttribute("aria-disabled"), "false");
  page = { video_id: "v2", music: false };
  await draw();
  assert.equal(find(".error").hidden, true);
});

test("nothing can be started while the host has a problem", async () => {
  await draw({ ...LISTED, problem: { code: "yt-dlp-missing", message: "No yt-dlp.", hint: "Install it." } });
  assert.equal(find(".error").textContent, "yt-dlp is not installed");
  assert.deepEqual([find(".error").title, find("[name=install]").hidden], ["No yt-dlp. Install it.", false]);
  assert.equal(find("[name=start]").getAttribute("aria-disabled"), "true");
  find("[name=start]").click();
  await settle();
  assert.deepEqual(sent, []);
});

test("a playlist is offered beside its video, and alone on its page", async () => {
  page = { video_id: "v1", list_id: "PL1", music: false };
  await draw();
  const box = find("[name=playlist]");
  assert.deepEqual([box.parent?.hidden, box.checked, box.disabled], [false, false, false]);
  page = { list_id: "PL1", music: false };
  await draw();
  assert.deepEqual([box.checked, box.disabled], [true, true]);
  page = { video_id: "v2", music: false };
  await draw();
  assert.deepEqual([box.parent?.hidden, box.checked], [true, false]);
});

test("cookies are chosen only with the browser's permission", async () => {
  await choose("cookies", true);
  assert.equal((await downloadChoices.get()).cookies, true);
  isGranted = false;
  await choose("cookies", true);
  assert.equal((await downloadChoices.get()).cookies, false);
  assert.equal(find("[name=cookies]").checked, false);
});

test("the button says what it would do", async () => {
  await draw();
  assert.deepEqual([find("[name=start]").textContent, find("[name=start]").title], ["Download", "Fog"]);
  find("[name=preset]").value = "1080p";
  find("[name=preset]").emit("change");
  assert.equal(find("[name=start]").textContent, "Download 1080p");
  page = { video_id: "v1", list_id: "PL1", music: false };
  await draw();
  await choose("playlist", true);
  assert.equal(find("[name=start]").textContent, "Download 1080p · whole playlist");
});

test("the choices are folded until they are asked for", () => {
  const [button, fold] = [find("[name=choices]"), find("#download-choices")];
  assert.deepEqual([fold.hidden, button.getAttribute("aria-expanded")], [true, "false"]);
  button.click();
  assert.deepEqual([fold.hidden, button.getAttribute("aria-expanded")], [false, "true"]);
  button.click();
  assert.deepEqual([fold.hidden, button.getAttribute("aria-expanded")], [true, "false"]);
});
