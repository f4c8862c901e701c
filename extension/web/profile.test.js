import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { installChrome } from "../testing/fake-chrome.js";

/** @type {import("../testing/fake-chrome.js").FakeStorageArea} */
let local;
let script = 0;

beforeEach(() => {
  local = installChrome().storage.local;
  mock.method(console, "error", () => {});
});

/**
 * A start of the background script.
 * @returns {Promise<typeof import("./profile.js")>}
 */
function start() {
  return import(`./profile.js?${++script}`);
}

test("a profile gets one random name, which stays", async () => {
  const { profileName } = await start();
  const [first, second] = await Promise.all([profileName(), profileName()]);
  assert.match(first, /^[0-9a-f-]{36}$/);
  assert.equal(second, first);
  assert.deepEqual(local.stored, { profile: first });
  assert.equal(await (await start()).profileName(), first);
});

test("a storage that fails costs the name for one start", async () => {
  local.stored = { profile: "p1" };
  local.fails = true;
  const { profileName } = await start();
  const name = await profileName();
  assert.match(name, /^[0-9a-f-]{36}$/);
  local.fails = false;
  assert.equal(await profileName(), name);
  assert.deepEqual(local.stored, { profile: "p1" });
  assert.equal(await (await start()).profileName(), "p1");
});

test("a damaged name is replaced, and a name that cannot be kept is used", async () => {
  local.stored = { profile: 7 };
  assert.match(await (await start()).profileName(), /^[0-9a-f-]{36}$/);
  assert.notEqual(local.stored.profile, 7);
  local.stored = {};
  local.set = async () => {
    throw new Error("QuotaExceededError");
  };
  assert.match(await (await start()).profileName(), /^[0-9a-f-]{36}$/);
});
