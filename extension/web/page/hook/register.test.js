import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { installChrome } from "../../../testing/fake-chrome.js";
import { hookPageOf } from "./register.js";

const PAGE = { tabId: 7, frameId: 3, documentId: "d1" };
/** @type {any[]} */
let registered;
/** @type {any[]} What was put into the open page. */
let injected;
/** Whether the open page has the hook. */
let isHooked = false;

beforeEach(() => {
  [registered, injected, isHooked] = [[], [], false];
  installChrome({
    scripting: {
      getRegisteredContentScripts: async (/** @type {{ids: string[]}} */ { ids }) =>
        registered.filter(({ id }) => ids.includes(id)),
      executeScript: async (/** @type {any} */ { func, ...injection }) => {
        if (!func) injected.push(injection);
        return [{ result: isHooked }];
      },
      registerContentScripts: async (/** @type {any[]} */ scripts) => registered.push(...scripts),
    },
  });
});

test("the hook is registered for the page's site, before its scripts", async () => {
  await hookPageOf({ ...PAGE, initiator: "https://music.youtube.com" });
  assert.deepEqual(
    registered.map(({ id, js, world, matches, runAt }) => [id, js[0], world, matches[0], runAt]),
    [
      ["reader-music.youtube.com", "page/hook/reader.js", "MAIN", "https://music.youtube.com/*", "document_start"],
      ["relay-music.youtube.com", "page/hook/relay.js", undefined, "https://music.youtube.com/*", "document_start"],
    ],
  );
});

test("Firefox names the page's whole address", async () => {
  await hookPageOf({ ...PAGE, originUrl: "https://www.youtube.com/watch?v=v1" });
  assert.equal(registered[0].id, "reader-www.youtube.com");
});

test("a second body of the same site registers nothing", async () => {
  await hookPageOf({ ...PAGE, initiator: "https://www.youtube.com" });
  await hookPageOf({ ...PAGE, initiator: "https://www.youtube.com" });
  assert.equal(registered.length, 2);
});

test("a site without the player gets no hook", async () => {
  for (const initiator of ["https://example.org", "https://www.youtube.com.evil.net", "null", undefined]) {
    await hookPageOf({ ...PAGE, initiator });
  }
  assert.deepEqual(registered, []);
});

test("the open page gets the hook at once, and then its channel", async () => {
  await hookPageOf({ ...PAGE, initiator: "https://www.youtube.com" });
  const target = { tabId: 7, documentIds: ["d1"] };
  assert.deepEqual(injected, [
    { target, files: ["page/hook/reader.js"], world: "MAIN", injectImmediately: true },
    { target, files: ["page/hook/relay.js"], injectImmediately: true },
  ]);
});

test("two requests at once hook the page once", async () => {
  chrome.scripting.executeScript = /** @type {any} */ (
    async (/** @type {any} */ { func, files }) => {
      const result = isHooked;
      if (!func) injected.push(files[0]);
      if (files?.[0].endsWith("relay.js")) isHooked = true;
      return [{ result }];
    }
  );
  await Promise.all([1, 2].map(() => hookPageOf({ ...PAGE, initiator: "https://www.youtube.com" })));
  assert.deepEqual(injected, ["page/hook/reader.js", "page/hook/relay.js"]);
  assert.equal(registered.length, 2);
});

test("if the browser names no document, the frame gets it", async () => {
  await hookPageOf({ tabId: 7, frameId: 3, initiator: "https://www.youtube.com" });
  assert.deepEqual(injected[0].target, { tabId: 7, frameIds: [3] });
});

test("a page that has the hook gets no second one", async () => {
  isHooked = true;
  await hookPageOf({ ...PAGE, initiator: "https://www.youtube.com" });
  assert.deepEqual(injected, []);
});

test("for a service worker the hook is only registered", async () => {
  await hookPageOf({ tabId: -1, frameId: -1, initiator: "https://www.youtube.com" });
  assert.deepEqual([registered.length, injected], [2, []]);
});

test("a page that is gone does no harm", async () => {
  chrome.scripting.executeScript = async () => {
    throw new Error("No tab with id: 7.");
  };
  await hookPageOf({ ...PAGE, initiator: "https://www.youtube.com" });
  assert.equal(registered.length, 2);
});
