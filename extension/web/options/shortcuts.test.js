import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { installChrome, installFirefox, settle } from "../../testing/fake-chrome.js";
import { installDocument } from "../../testing/fake-dom.js";
import { shortcuts } from "./shortcuts.js";

const COMMANDS = [
  { name: "_execute_action", description: "", shortcut: "Alt+Shift+O" },
  { name: "download", description: "Download the video of this tab", shortcut: "" },
];
/** @type {string[]} What was opened. */
let opened;
/** @type {import("../../testing/fake-dom.js").FakeElement} */
let section;

beforeEach(() => {
  opened = [];
});

/**
 * @param {typeof installChrome} install
 * @param {string} userAgent
 */
async function show(install, userAgent) {
  Object.defineProperty(globalThis, "navigator", { value: { userAgent }, configurable: true });
  install({
    commands: { getAll: async () => COMMANDS, openShortcutSettings: async () => opened.push("settings") },
    tabs: { create: async (/** @type {{url: string}} */ { url }) => opened.push(url) },
  });
  installDocument();
  Object.assign(document, { addEventListener() {} });
  section = /** @type {any} */ (shortcuts());
  await settle();
}

test("each command has its words, its keys and a button for the browser's own page", async () => {
  await show(installChrome, "Chrome/156");
  const rows = section.querySelector(".shortcuts")?.children ?? [];
  assert.deepEqual(
    rows.map(({ textContent }) => textContent),
    ["Open potbridgeAlt+Shift+OChange…", "Download the video of this tabno keysChange…"],
  );
  assert.equal(rows[1].querySelector("button")?.ariaLabel, "Change…: Download the video of this tab");
  for (const row of rows) row.querySelector("button")?.click();
  assert.deepEqual(opened, ["chrome://extensions/shortcuts", "chrome://extensions/shortcuts"]);
});

test("the page is the browser's own: Edge's, or Firefox' dialog", async () => {
  await show(installChrome, "Chrome/156 Edg/156");
  section.querySelector("button")?.click();
  await show(installFirefox, "Firefox/153");
  section.querySelector("button")?.click();
  assert.deepEqual(opened, ["edge://extensions/shortcuts", "settings"]);
});
