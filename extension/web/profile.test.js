import assert from "node:assert/strict";
import { test } from "node:test";
import { installChrome } from "../testing/fake-chrome.js";
import { profileName } from "./profile.js";

test("a profile gets one random name, which stays", async () => {
  const { local } = installChrome().storage;
  const [first, second] = await Promise.all([profileName(), profileName()]);
  assert.match(first, /^[0-9a-f-]{36}$/);
  assert.equal(second, first);
  assert.deepEqual(local.stored, { profile: first });
});
