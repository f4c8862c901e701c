import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { installChrome } from "../../../testing/fake-chrome.js";
import { registerHookFor } from "./register.js";

/** @type {any[]} */
let registered;

beforeEach(() => {
  registered = [];
  installChrome({
    scripting: {
      getRegisteredContentScripts: async (/** @type {{ids: string[]}} */ { ids }) =>
        registered.filter(({ id }) => ids.includes(id)),
      registerContentScripts: async (/** @type {any[]} */ scripts) => registered.push(...scripts),
    },
  });
});

test("the hook is registered for the page's site, before its scripts", async () => {
  await registerHookFor({ initiator: "https://music.youtube.com" });
  assert.deepEqual(
    registered.map(({ id, js, world, matches, runAt }) => [id, js[0], world, matches[0], runAt]),
    [
      ["reader-music.youtube.com", "page/hook/reader.js", "MAIN", "https://music.youtube.com/*", "document_start"],
      ["relay-music.youtube.com", "page/hook/relay.js", undefined, "https://music.youtube.com/*", "document_start"],
    ],
  );
});

test("Firefox names the page's whole address", async () => {
  await registerHookFor({ originUrl: "https://www.youtube.com/watch?v=v1" });
  assert.equal(registered[0].id, "reader-www.youtube.com");
});

test("a second body of the same site registers nothing", async () => {
  await registerHookFor({ initiator: "https://www.youtube.com" });
  await registerHookFor({ initiator: "https://www.youtube.com" });
  assert.equal(registered.length, 2);
});

test("a site without the player gets no hook", async () => {
  for (const initiator of ["https://example.org", "https://www.youtube.com.evil.net", "null", undefined]) {
    await registerHookFor({ initiator });
  }
  assert.deepEqual(registered, []);
});
