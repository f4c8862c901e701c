import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { installChrome, settle } from "../../testing/fake-chrome.js";
import { installDocument } from "../../testing/fake-dom.js";
import { downloadChoices, downloads, host } from "../storage.js";
import { downloadOptions } from "./options.js";

let isGranted = true;
/** @type {import("../../testing/fake-dom.js").FakeElement} */
let section;

beforeEach(async () => {
  isGranted = true;
  const permissions = { contains: async () => isGranted, request: async () => isGranted };
  installChrome({ permissions });
  installDocument();
  Object.defineProperty(globalThis, "navigator", { value: { userAgent: "Linux" }, configurable: true });
  section = /** @type {any} */ (downloadOptions());
  await settle();
});

/**
 * @param {string} name
 */
function input(name) {
  const found = section.querySelector(`[name=${name}]`);
  assert.ok(found, name);
  return found;
}

test("what the popup's button starts is chosen, and follows the popup", async () => {
  assert.deepEqual([input("default-preset").value, input("default-subtitles").checked], ["best", false]);
  input("default-preset").value = "audio";
  input("default-preset").emit("change");
  input("default-subtitles").checked = true;
  input("default-subtitles").emit("change");
  await settle();
  assert.deepEqual(await downloadChoices.get(), { preset: "audio", subtitles: true });
  await downloadChoices.change({ preset: "720p" });
  await settle();
  assert.equal(input("default-preset").value, "720p");
});

test("the login is used only with the browser's permission", async () => {
  input("default-cookies").checked = true;
  input("default-cookies").emit("change");
  await settle();
  assert.equal((await downloadChoices.get()).cookies, true);
  isGranted = false;
  input("default-cookies").checked = true;
  input("default-cookies").emit("change");
  await settle();
  assert.deepEqual([(await downloadChoices.get()).cookies, input("default-cookies").checked], [false, false]);
});

test("the folder is the one that the host says, with the command that changes it", async () => {
  assert.ok(!section.textContent.includes("Files go to"));
  await host.set({ kind: "ready", version: "0.1.0" });
  await downloads.set({ dir: "/home/me/Downloads", downloads: [], actionErrors: {} });
  await settle();
  assert.ok(section.textContent.includes("Files go to /home/me/Downloads."));
  assert.ok(section.textContent.includes("potbridge config set download.dir "));
});
