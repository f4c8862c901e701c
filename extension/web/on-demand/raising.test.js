import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { installChrome } from "../../testing/fake-chrome.js";
import { onDemandSettings } from "../storage.js";
import { mayRaise } from "./raising.js";

beforeEach(() => void installChrome());

test("a window may come to the front once, if the user allows it", async () => {
  assert.equal(await mayRaise(), "not-allowed");
  await onDemandSettings.change({ raise: true });
  assert.equal(await mayRaise(), "yes");
  assert.equal(await mayRaise(), "once-already");
});
