import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { installChrome, settle } from "../../testing/fake-chrome.js";
import { installDocument } from "../../testing/fake-dom.js";
import { firstRun } from "../storage.js";
import { OpenTabs, tabsFromBefore } from "./open-tabs.js";

const INSTALLED = 1000;
/** When each tab's page was loaded. The tab that is missing here shows an error page. @type {Record<number, number>} */
let loaded;
/** @type {any[]} */
let asked;
/** @type {number[]} */
let reloaded;

beforeEach(() => {
  [loaded, asked, reloaded] = [{ 1: 500, 2: 1500, 4: 900 }, [], []];
  installChrome({
    tabs: {
      query: async (/** @type {object} */ query) => {
        asked.push(query);
        return [1, 2, 3, 4].map((id) => ({ id }));
      },
      reload: async (/** @type {number} */ id) => {
        reloaded.push(id);
        loaded[id] = 2000;
        if (id === 4) throw new Error("No tab with id: 4.");
      },
    },
    scripting: {
      executeScript: async (/** @type {{target: {tabId: number}}} */ { target: { tabId } }) => {
        if (!loaded[tabId]) throw new Error("Cannot access contents of the page.");
        return [{ result: loaded[tabId] }];
      },
    },
  });
  installDocument();
});

test("only pages that were loaded before the extension was there are named, and only the player's", async () => {
  assert.deepEqual(await tabsFromBefore(INSTALLED), [1, 4]);
  assert.ok(asked[0].url.includes("https://www.youtube.com/*") && !asked[0].url.includes("https://*.googlevideo.com/*"));
});

test("they are counted, reloaded, and gone", async () => {
  await firstRun.change({ installedAt: INSTALLED });
  const place = /** @type {any} */ (document.createElement("div"));
  const tabs = new OpenTabs(place);
  await tabs.look();
  const [line] = place.children;
  assert.deepEqual([line.hidden, line.textContent], [false, "YouTube tabs that were open before must be reloaded (2).Reload them"]);
  place.querySelector("button").click();
  await settle();
  assert.deepEqual([reloaded, line.hidden], [[1, 4], true]);
});

test("where it is not known when the extension came, none is named", async () => {
  const place = /** @type {any} */ (document.createElement("div"));
  await new OpenTabs(place).look();
  assert.ok(place.children[0].hidden);
});
