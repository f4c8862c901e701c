import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { FakeEvent, installChrome, settle } from "../testing/fake-chrome.js";
import { updateWaits } from "./storage.js";
import { Updates } from "./updates.js";

/** @type {ReturnType<typeof installChrome>} */
let installed;
/** @type {FakeEvent} */
let onUpdateAvailable;
let reloads = 0;
let isBusy = false;
/** @type {unknown[]} The popup and the other pages that are open. */
let pages;

beforeEach(() => {
  [reloads, isBusy, pages] = [0, false, []];
  mock.timers.reset();
  mock.timers.enable({ apis: ["setInterval"] });
  onUpdateAvailable = new FakeEvent();
  installed = installChrome({
    runtime: {
      onUpdateAvailable,
      reload: () => (reloads += 1),
      ContextType: { POPUP: "POPUP", TAB: "TAB" },
      getContexts: async () => pages,
    },
  });
});

function start() {
  new Updates(() => isBusy);
}

async function second() {
  mock.timers.tick(1000);
  await settle();
}

test("an update is put in at once if nothing is under way", async () => {
  start();
  await second();
  assert.equal(reloads, 0, "there is no update");
  onUpdateAvailable.emit({ version: "0.2.0" });
  await settle();
  assert.equal(reloads, 1);
  assert.equal(await updateWaits.get(), false, "the next version has nothing to wait for");
});

test("an update waits until nothing is under way", async () => {
  start();
  isBusy = true;
  onUpdateAvailable.emit({ version: "0.2.0" });
  onUpdateAvailable.emit({ version: "0.3.0" });
  await second();
  await second();
  assert.equal(reloads, 0);
  isBusy = false;
  await second();
  await second();
  assert.equal(reloads, 1);
});

test("an update waits until the popup is closed", async () => {
  start();
  pages = [{}];
  onUpdateAvailable.emit({ version: "0.2.0" });
  await second();
  assert.equal(reloads, 0);
  pages = [];
  await second();
  assert.equal(reloads, 1);
});

test("the page of a tab that is kept for token requests holds no update back", async () => {
  start();
  pages = [{ documentUrl: "chrome-extension://abcdef/on-demand/parked.html" }];
  onUpdateAvailable.emit({ version: "0.2.0" });
  await settle();
  assert.equal(reloads, 1);
});

test("a page in a tab that nobody looks at holds no update back", async () => {
  const { fakeTabs } = installed;
  const { id } = await chrome.tabs.create({ url: "https://x/", active: true });
  start();
  pages = [{ tabId: id }];
  onUpdateAvailable.emit({ version: "0.2.0" });
  await second();
  assert.equal(reloads, 0);
  for (const tab of fakeTabs.tabs) Object.assign(tab, { active: false });
  await second();
  assert.equal(reloads, 1);
});

test("a browser without getContexts is asked for its views", async () => {
  const { runtime } = chrome;
  Reflect.deleteProperty(runtime, "getContexts");
  /** @type {string[]} */
  let open = ["popup"];
  let hidden = false;
  const viewOf = (/** @type {string} */ name) => ({ location: { href: `moz-extension://abcdef/${name}.html` }, document: { hidden } });
  const getViews = (/** @type {{type: string}} */ { type }) => open.filter((view) => view === type).map(viewOf);
  Object.assign(chrome, { extension: { getViews } });
  start();
  onUpdateAvailable.emit({ version: "0.2.0" });
  await second();
  open = ["tab"];
  await second();
  assert.equal(reloads, 0);
  hidden = true;
  await second();
  assert.equal(reloads, 1);
});

test("an update still waits after the background script was stopped", async () => {
  start();
  isBusy = true;
  onUpdateAvailable.emit({ version: "0.2.0" });
  await settle();
  mock.timers.reset();
  mock.timers.enable({ apis: ["setInterval"] });
  start();
  await second();
  assert.equal(reloads, 0);
  isBusy = false;
  await second();
  assert.equal(reloads, 1);
});
