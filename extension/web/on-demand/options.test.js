import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { installChrome, settle } from "../../testing/fake-chrome.js";
import { installDocument } from "../../testing/fake-dom.js";
import { onDemandSettings } from "../storage.js";
import { onDemandOptions } from "./options.js";

/** @type {import("../../testing/fake-dom.js").FakeElement | undefined} */
let raise;

beforeEach(async () => {
  installChrome();
  installDocument();
  raise = /** @type {any} */ (onDemandOptions()).querySelector("[name=raise]");
  await settle();
});

test("a window may not come to the front unless the user allows it", async () => {
  assert.ok(raise);
  assert.equal(raise.checked, false);
  raise.checked = true;
  raise.emit("change");
  await settle();
  assert.deepEqual(await onDemandSettings.get(), { raise: true });
});

test("a setting that changes elsewhere is shown", async () => {
  await onDemandSettings.change({ raise: true });
  await settle();
  assert.equal(raise?.checked, true);
});
