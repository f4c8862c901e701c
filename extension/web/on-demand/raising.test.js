import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { installChrome, installFirefox } from "../../testing/fake-chrome.js";
import { onDemandSettings } from "../storage.js";
import { mayRaise } from "./raising.js";

beforeEach(() => void installChrome());

test("a window may come to the front once, if the user allows it", async () => {
  assert.equal(await mayRaise(), "not-allowed");
  await onDemandSettings.change({ raise: true });
  assert.equal(await mayRaise(), "yes");
  assert.equal(await mayRaise(), "once-already");
});

test("in Firefox, where it takes a moment, it may unless the user forbids it", async () => {
  installFirefox();
  assert.deepEqual([await mayRaise(), await mayRaise()], ["yes", "yes"]);
  await onDemandSettings.change({ raise: false });
  assert.equal(await mayRaise(), "not-allowed");
});
