import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { installChrome, settle } from "../../testing/fake-chrome.js";
import { installDocument } from "../../testing/fake-dom.js";
import { noticeSettings } from "../storage.js";
import { notices } from "./notices.js";

beforeEach(() => {
  installChrome();
  installDocument();
});

test("new faults are told unless that is switched off", async () => {
  /** @type {import("../../testing/fake-dom.js").FakeElement} */
  const section = /** @type {any} */ (notices([]));
  await settle();
  const box = section.querySelector("[name=faults]");
  assert.ok(box?.checked);
  box.checked = false;
  box.emit("change");
  await settle();
  assert.deepEqual(await noticeSettings.get(), { faults: false });
  await noticeSettings.change({ faults: true });
  await settle();
  assert.equal(box.checked, true);
});
