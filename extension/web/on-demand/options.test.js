import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { installChrome, settle } from "../../testing/fake-chrome.js";
import { FakeElement, installDocument } from "../../testing/fake-dom.js";
import { onDemandSettings, status, tokenRequests } from "../storage.js";
import { onDemandOptions } from "./options.js";

/** @type {FakeElement} */
let section;

beforeEach(async () => {
  installChrome();
  installDocument();
  section = /** @type {any} */ (onDemandOptions());
  await settle();
});

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
async function set(name, checked) {
  find(`[name=${name}]`).checked = checked;
  find(`[name=${name}]`).emit("change");
  await settle();
}

test("a window may not come to the front unless the user allows it", async () => {
  assert.equal(find("[name=raise]").checked, false);
  await set("raise", true);
  assert.deepEqual(await onDemandSettings.get(), { raise: true });
});

test("a setting that changes elsewhere is shown", async () => {
  await onDemandSettings.change({ raise: true, limit: 7 });
  await settle();
  assert.deepEqual([find("[name=raise]").checked, find("[name=limit]").value], [true, "7"]);
});

test("the switch says who has allowed it", async () => {
  const says = () => [find("[name=accept]").checked, find("#accept-standing").textContent];
  assert.deepEqual(says(), [false, "Not answered yet: the first program that asks waits for your answer."]);
  await status.set(/** @type {any} */ ({ consent: "given", config: "/c.toml" }));
  await settle();
  assert.deepEqual(says(), [true, "Allowed by the settings file. /c.toml"]);
  await set("accept", false);
  assert.deepEqual(says(), [false, "You turned it off in this browser."]);
  assert.equal(find("[name=limit]").disabled, true);
  await set("accept", true);
  assert.deepEqual(says(), [true, "You allowed it in this browser."]);
  await status.set(/** @type {any} */ ({ consent: "refused", config: "/c.toml" }));
  await settle();
  assert.deepEqual(says(), [false, "Turned off by the settings file. /c.toml"]);
  assert.equal(find("[name=accept]").disabled, true);
});

test("a program can be switched off and on again, and later ones have a switch for all", async () => {
  assert.equal(find("[name=client-serve]").checked, true);
  await set("client-serve", false);
  await set("client-others", false);
  assert.deepEqual(await onDemandSettings.get(), { refusedClients: ["serve", "others"] });
  await set("client-serve", true);
  assert.deepEqual(await onDemandSettings.get(), { refusedClients: ["others"] });
  assert.deepEqual([find("[name=client-serve]").checked, find("[name=client-others]").checked], [true, false]);
});

test("all requests that are kept are listed", async () => {
  assert.equal(find("details").hidden, true);
  const rows = Array.from({ length: 50 }, (_, index) => ({ video_id: `v${index}`, client: "get", at: index }));
  await tokenRequests.set(/** @type {any} */ (rows.map((row) => ({ ...row, state: "captured" }))));
  await settle();
  assert.equal(find(".requests").children.length, 50);
  assert.deepEqual([find("details").hidden, find("summary").textContent], [false, "Last requests (50)"]);
});
