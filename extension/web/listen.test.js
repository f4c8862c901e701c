import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { FakeEvent, installChrome, settle } from "../testing/fake-chrome.js";
import { Listener } from "./listen.js";
import { addressRequests, bodyRequests, mediaRequests } from "./requests.js";

const MEDIA = "https://a.googlevideo.com/videoplayback?sabr=1&cpn=one";
const PLAYER = "https://www.youtube.com/youtubei/v1/player";
const SENDER = { initiator: "https://www.youtube.com" };
/** @type {FakeEvent} */
let onBeforeRequest;
/** @type {any[]} What wasm was given to read. */
let read;
/** @type {any[]} The pages that were asked what they show. */
let asked;
/** @type {any} What wasm answers. */
let wasm;
/** @type {any[]} */
let news;
/** @type {string[]} The origins for which the page hook was registered. */
let hooked;
/** @type {import("./listen.js").Pages} */
let pages;
/** @type {Listener} */
let listener;

beforeEach(() => {
  [read, asked, news, hooked] = [[], [], [], []];
  const scripting = {
    getRegisteredContentScripts: async () => [],
    executeScript: async () => [{ result: true }],
    registerContentScripts: async (/** @type {any[]} */ [{ matches }]) => void hooked.push(...matches),
  };
  onBeforeRequest = installChrome({ scripting }).webRequest.onBeforeRequest;
  wasm = {
    observe: (/** @type {any[]} */ url, /** @type {any[]} */ body, /** @type {any[]} */ ...more) =>
      void read.push({ url, body: [...body], more }),
    bodyDue: () => 0,
    settledUntil: (/** @type {string} */ url, /** @type {number} */ time) => time,
    countUnreadable: () => '{"unreadable":1}',
  };
  pages = {
    facts: { known: async () => {} },
    asker: { ask: async (/** @type {any} */ { url, tabId, frameId }) => void asked.push({ url, tabId, frameId }) },
    privateTabs: { isPrivate: (/** @type {any} */ { incognito }) => incognito ?? false },
  };
  const observer = Promise.resolve(/** @type {any} */ ({ wasm, mediaFields: { apart: ["cpn", "pot"], counting: "rn" } }));
  listener = new Listener(observer, pages, async (item) => void news.push(item));
});

/**
 * The browser sends a request: each listener hears it that asked for its address.
 * @param {string[]} urls Of the listeners' filter.
 * @param {Record<string, unknown>} details
 */
async function send(urls, details) {
  for (const [heard, filter] of onBeforeRequest.listeners) {
    const { urls: wanted } = /** @type {{urls: string[]}} */ (filter);
    if (wanted.join() !== urls.join()) continue;
    heard({ type: "xmlhttprequest", method: "POST", timeStamp: 5, tabId: 7, frameId: 0, ...SENDER, ...details });
  }
  await settle();
}

/**
 * @param {number[][]} chunks
 */
function body(...chunks) {
  return { requestBody: { raw: chunks.map((bytes) => ({ bytes: new Uint8Array(bytes).buffer })) } };
}

/** How many listeners hear media requests: one more while bodies are asked for. */
function mediaListeners() {
  const filters = /** @type {{urls: string[]}[]} */ ([...onBeforeRequest.listeners.values()]);
  return filters.filter(({ urls }) => urls.join() === mediaRequests().join()).length;
}

test("all listeners are there at once", () => {
  assert.equal(onBeforeRequest.listeners.size, 4);
  assert.equal(mediaListeners(), 2);
});

test("a body is read in one piece, with the page that sent it", async () => {
  await send(bodyRequests(), { url: PLAYER, cookieStoreId: "firefox-container-1", ...body([1, 2], [3]) });
  assert.deepEqual(read, [{ url: PLAYER, body: [1, 2, 3], more: [5, "7/0", "firefox-container-1", false, false] }]);
  await send(bodyRequests(), { url: PLAYER, method: "OPTIONS", ...body([1]) });
  assert.equal(read.length, 1);
});

test("a request is read once its page is known", async () => {
  let tell = () => {};
  pages.facts.known = ({ tabId }) => (tabId < 0 ? Promise.resolve() : new Promise((resolve) => (tell = resolve)));
  const url = "https://www.youtube.com/api/timedtext";
  await send(addressRequests(), { url });
  assert.equal(read.length, 0);
  tell();
  await settle();
  assert.deepEqual(read[0].more[1], "7/0");
  await send(addressRequests(), { url, tabId: -1, frameId: -1 });
  assert.equal(read[1].more[1], undefined, "a service worker is no page");
});

test("a page is asked what it shows if wasm does not know it", async () => {
  await send(mediaRequests(), { url: MEDIA });
  assert.deepEqual(asked, []);
  wasm.observe = () => '{"ask_page":true}';
  await send(mediaRequests(), { url: `${MEDIA}2`, method: "GET" });
  assert.deepEqual(asked, [{ url: `${MEDIA}2`, tabId: 7, frameId: 0 }]);
});

test("a private window's request is marked as such", async () => {
  await send(addressRequests(), { url: "https://www.youtube.com/api/timedtext", incognito: true });
  assert.equal(read[0].more[3], true);
});

test("the default container has no name", async () => {
  await send(addressRequests(), { url: "https://www.youtube.com/api/timedtext", cookieStoreId: "firefox-default" });
  assert.equal(read[0].more[2], undefined);
  assert.deepEqual(read[0].body, []);
});

test("nothing is done for a request that the player did not send", async () => {
  for (const urls of [bodyRequests(), addressRequests(), mediaRequests()]) {
    for (const foreign of [{ initiator: "null" }, { initiator: undefined }, { type: "sub_frame" }]) {
      await send(urls, { url: MEDIA, ...foreign, ...body([1]) });
      await send(urls, { url: MEDIA, ...foreign, requestBody: { error: "Unknown error." } });
    }
  }
  assert.deepEqual([read, news, hooked], [[], [], []]);
});

test("no listener is told of navigations", () => {
  for (const filter of /** @type {{types: string[]}[]} */ ([...onBeforeRequest.listeners.values()])) {
    assert.ok(filter.types.includes("xmlhttprequest") && !filter.types.includes("sub_frame"));
  }
});

test("a body that the browser keeps is counted, and the page hooked", async () => {
  const page = SENDER;
  await send(bodyRequests(), { url: PLAYER, requestBody: {}, ...page });
  await send(bodyRequests(), { url: PLAYER, requestBody: { error: "Unknown error." }, ...page });
  await send(bodyRequests(), { url: PLAYER, requestBody: { raw: [{ file: "/x" }] }, ...page });
  assert.deepEqual(news, Array(3).fill({ counters: { unreadable: 1 } }));
  assert.deepEqual(hooked, Array(3).fill("https://www.youtube.com/*"));
});

test("a body that could say nothing is not missed", async () => {
  wasm.countUnreadable = () => undefined;
  const url = "https://www.youtube.com/youtubei/v1/player/heartbeat";
  await send(bodyRequests(), { url, requestBody: { error: "Unknown error." } });
  assert.deepEqual([news, hooked], [[], []]);
});

test("a request without a body is read without one", async () => {
  await send(bodyRequests(), { url: "https://a.googlevideo.com/initplayback?id=48213" });
  assert.deepEqual([read[0].body, news, hooked], [[], [], []]);
});

test("a page whose body makes no sense is hooked too", async () => {
  wasm.observe = () => '{"unreadable":true}';
  const originUrl = "https://m.youtube.com/watch?v=x";
  await send(bodyRequests(), { url: PLAYER, initiator: undefined, originUrl, documentUrl: originUrl, ...body([1]) });
  assert.deepEqual(hooked, ["https://m.youtube.com/*"]);
});

test("media bodies are asked for only while wasm wants them", async () => {
  let wanted = true;
  wasm.bodyDue = () => (wanted ? 0 : Infinity);
  wasm.observe = (/** @type {string} */ url, /** @type {Uint8Array} */ bytes) => {
    read.push(bytes.length);
    if (bytes.length > 0) wanted = false;
  };
  await send(mediaRequests(), { url: MEDIA, ...body([1]) });
  assert.deepEqual(read, [0, 1]);
  assert.equal(mediaListeners(), 1);
  wanted = true;
  await send(mediaRequests(), { url: MEDIA.replace("one", "two"), ...body([1]) });
  assert.equal(mediaListeners(), 2, "the next playback wants its bodies");
});

test("a playback's body ends nothing that another one asked for", async () => {
  const [one, two] = [MEDIA, MEDIA].map((url, index) => `${url}${String(index).repeat(13)}`);
  const read = new Set([two]);
  wasm.bodyDue = (/** @type {string} */ url) => (read.has(url) ? Date.now() + 10_000 : 0);
  wasm.observe = (/** @type {string} */ url, /** @type {Uint8Array} */ bytes) => void (bytes.length > 0 && read.add(url));
  await send(mediaRequests(), { url: two, ...body([1]) });
  assert.equal(mediaListeners(), 1);
  await send(mediaRequests(), { url: one });
  for (let round = 0; round < 9; round += 1) await send(mediaRequests(), { url: two, ...body([1]) });
  assert.equal(mediaListeners(), 2);
  await send(mediaRequests(), { url: one, ...body([1]) });
  assert.equal(mediaListeners(), 1);
});

test("bodies of private windows are not asked for if they are not read", async () => {
  listener.readsPrivate = false;
  await send(mediaRequests(), { url: MEDIA, incognito: true, ...body([1]) });
  assert.deepEqual([read, mediaListeners()], [[], 1]);
});

test("whether a request is private is asked before anything else is waited for", async () => {
  /** @type {string[]} */
  const order = [];
  pages.privateTabs.isPrivate = () => {
    order.push("private");
    return Promise.resolve(false);
  };
  pages.facts.known = async () => void order.push("facts");
  const observer = new Promise(() => {});
  onBeforeRequest.listeners.clear();
  listener = new Listener(/** @type {any} */ (observer), pages, async () => {});
  await send(bodyRequests(), { url: PLAYER, ...body([1]) });
  assert.deepEqual(order, ["private"]);
});

test("bodies stay asked for while tokens are expected", async () => {
  listener.expectTokens(true);
  let wanted = true;
  wasm.bodyDue = () => (wanted ? 0 : Infinity);
  wasm.observe = (/** @type {string} */ url, /** @type {Uint8Array} */ bytes) => {
    if (bytes.length > 0) wanted = false;
  };
  await send(mediaRequests(), { url: MEDIA, ...body([1]) });
  assert.equal(mediaListeners(), 2);
  listener.expectTokens(false);
  assert.equal(mediaListeners(), 1);
});

test("a media request with nothing new is read only if it is due, or the player has begun anew", async () => {
  wasm.bodyDue = () => Infinity;
  wasm.settledUntil = (/** @type {string} */ url, /** @type {number} */ time) => time + 60_000;
  for (const [timeStamp, times] of [
    [0, 1],
    [30_000, 1],
    [60_000, 2],
  ]) {
    await send(mediaRequests(), { url: `${MEDIA}&rn=${timeStamp}`, timeStamp });
    assert.equal(read.length, times);
  }
  await send(mediaRequests(), { url: `${MEDIA}&rn=0`, timeStamp: 60_001 });
  assert.equal(read.length, 3);
});

test("a body from inside the page is marked as such", async () => {
  const sender = /** @type {any} */ ({ tab: { id: 7, cookieStoreId: "firefox-container-1" }, frameId: 2 });
  await listener.observeHooked({ url: PLAYER, body: btoa("\x01\xff") }, sender);
  const [{ body: bytes, more }] = read;
  assert.deepEqual(bytes, [1, 255]);
  assert.deepEqual(more.slice(1), ["7/2", "firefox-container-1", false, true]);
});

test("what is new is handed on", async () => {
  wasm.observe = () => '{"changes":{"entries":[]}}';
  await send(addressRequests(), { url: "https://www.youtube.com/api/timedtext" });
  assert.deepEqual(news, [{ changes: { entries: [] } }]);
});

test("while it is paused nothing is listened to", async () => {
  const all = [...onBeforeRequest.listeners.keys()];
  const heard = { url: PLAYER, method: "POST", timeStamp: 5, tabId: 7, frameId: 0, ...body([1]) };
  listener.pause();
  assert.equal(onBeforeRequest.listeners.size, 0);
  listener.expectTokens(true);
  assert.equal(onBeforeRequest.listeners.size, 0);
  for (const one of all) one(heard);
  await listener.observeHooked({ url: PLAYER, body: btoa("x") }, /** @type {any} */ ({ tab: { id: 7 } }));
  await settle();
  assert.deepEqual([read, news], [[], []]);
  listener.resume();
  assert.equal(onBeforeRequest.listeners.size, 4);
  await send(bodyRequests(), { url: PLAYER, ...body([1]) });
  assert.equal(read.length, 1);
});

test("what is heard before it is known whether the capture is paused is not read then", async () => {
  /** @type {(observer: any) => void} */
  let load = () => {};
  const observer = new Promise((resolve) => (load = resolve));
  onBeforeRequest.listeners.clear();
  listener = new Listener(/** @type {any} */ (observer), pages, async () => {});
  await send(bodyRequests(), { url: PLAYER, ...body([1]) });
  listener.pause();
  load({ wasm, mediaFields: [] });
  await settle();
  assert.deepEqual(read, []);
});

test("private windows are left out if the user says so", async () => {
  const privately = { url: PLAYER, incognito: true, ...body([1]) };
  await send(bodyRequests(), privately);
  assert.equal(read.length, 1);
  listener.readsPrivate = false;
  await send(bodyRequests(), privately);
  await send(bodyRequests(), { ...privately, requestBody: { error: "Unknown error." } });
  assert.deepEqual([read.length, news, hooked], [1, [], []]);
  await send(bodyRequests(), { url: PLAYER, ...body([1]) });
  assert.equal(read.length, 2);
});

test("somebody may hear of what is read, except in private windows", async () => {
  /** @type {unknown[]} */
  const heard = [];
  listener.onRead = (...what) => void heard.push(what);
  await send(bodyRequests(), { url: PLAYER, ...body([1]) });
  await send(bodyRequests(), { url: PLAYER, incognito: true, ...body([2]) });
  assert.deepEqual(heard, [[{ url: PLAYER, method: "POST" }, new Uint8Array([1]), "7/0"]]);
});
