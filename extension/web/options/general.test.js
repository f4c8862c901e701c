import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { installChrome, settle } from "../../testing/fake-chrome.js";
import { installDocument } from "../../testing/fake-dom.js";
import { captureSettings } from "../storage.js";
import { general } from "./general.js";

let isAllowed = true;
/** @type {ReturnType<typeof installChrome>} */
let chrome;
/** @type {import("../../testing/fake-dom.js").FakeElement} */
let section;

beforeEach(async () => {
  isAllowed = true;
  chrome = installChrome({ extension: { isAllowedIncognitoAccess: async () => isAllowed } });
  await draw();
});

async function draw() {
  installDocument();
  section = /** @type {any} */ (general());
  await settle();
}

/**
 * @param {string} selector
 */
function find(selector) {
  const found = section.querySelector(selector);
  assert.ok(found, selector);
  return found;
}

/** The inputs for how long a pause lasts. */
function lasting() {
  const radios = find("fieldset").children.flatMap((label) => label.querySelector("input") ?? []);
  return Object.fromEntries(radios.map((input) => [input.value, input]));
}

test("the settings are shown, and follow those of the popup", async () => {
  assert.deepEqual([find("[name=capture]").checked, find("[name=private-windows]").checked], [true, true]);
  assert.deepEqual([lasting()["until-resumed"].checked, lasting()["until-closed"].checked], [true, false]);
  await captureSettings.change({ paused: true, pauseLasts: "until-closed", privateWindows: false });
  await settle();
  assert.deepEqual([find("[name=capture]").checked, find("[name=private-windows]").checked], [false, false]);
  assert.deepEqual([lasting()["until-resumed"].checked, lasting()["until-closed"].checked], [false, true]);
});

test("each setting is changed alone", async () => {
  find("[name=capture]").checked = false;
  find("[name=capture]").emit("change");
  lasting()["until-closed"].emit("change");
  find("[name=private-windows]").checked = false;
  find("[name=private-windows]").emit("change");
  await settle();
  assert.deepEqual(await captureSettings.get(), { paused: true, pauseLasts: "until-closed", privateWindows: false });
  lasting()["until-resumed"].emit("change");
  await settle();
  assert.equal((await captureSettings.get()).pauseLasts, "until-resumed");
});

test("a setting that cannot be kept is not shown as if it were", async () => {
  const { set } = chrome.storage.local;
  chrome.storage.local.set = async () => {
    throw new Error("No room.");
  };
  find("[name=capture]").checked = false;
  find("[name=capture]").emit("change");
  await settle();
  assert.equal(find("[name=capture]").checked, true);
  assert.match(find(".error").textContent, /No room\./);
  chrome.storage.local.set = set;
  find("[name=capture]").checked = false;
  find("[name=capture]").emit("change");
  await settle();
  assert.equal(find(".error").hidden, true);
  assert.deepEqual(await captureSettings.get(), { paused: true });
});

test("it is said if the browser keeps private windows from the extension", async () => {
  assert.equal(find("#private-windows-denied").hidden, true);
  isAllowed = false;
  await draw();
  assert.equal(find("#private-windows-denied").hidden, false);
});
