import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { installChrome } from "../../testing/fake-chrome.js";
import { rememberSession, sessionOf } from "./session.js";

beforeEach(() => void installChrome());

test("a retry finds the session of its download", async () => {
  await rememberSession("d1", { container: "firefox-container-1", store: "firefox-container-1" });
  await rememberSession("d2", {});
  assert.deepEqual(await sessionOf("d1"), { container: "firefox-container-1", store: "firefox-container-1" });
});

test("an unknown download has the default session", async () => {
  assert.deepEqual(await sessionOf("d1"), {});
});

test("the sessions of the last 200 downloads are kept", async () => {
  for (let number = 0; number < 201; number += 1) await rememberSession(`d${number}`, { store: String(number) });
  assert.deepEqual(await sessionOf("d0"), {});
  assert.deepEqual(await sessionOf("d1"), { store: "1" });
  assert.deepEqual(await sessionOf("d200"), { store: "200" });
});
