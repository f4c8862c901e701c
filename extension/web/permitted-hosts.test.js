import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeEvent, installChrome } from "../testing/fake-chrome.js";
import { missingHosts, onPermissionsChanged } from "./permitted-hosts.js";

/** @type {Set<string>} The hosts whose permission is withdrawn. */
const withdrawn = new Set();
const [onAdded, onRemoved] = [new FakeEvent(), new FakeEvent()];
installChrome({
  permissions: {
    onAdded,
    onRemoved,
    contains: async (/** @type {{origins: string[]}} */ { origins }) => !origins.some((origin) => withdrawn.has(origin)),
  },
});

test("a host whose permission is withdrawn is named", async () => {
  assert.deepEqual(await missingHosts(), []);
  withdrawn.add("https://*.googlevideo.com/*");
  assert.deepEqual(await missingHosts(), ["https://*.googlevideo.com/*"]);
  withdrawn.add("https://m.youtube.com/*");
  assert.deepEqual(await missingHosts(), ["https://m.youtube.com/*", "https://*.googlevideo.com/*"]);
});

test("each change of the permissions is told", () => {
  let told = 0;
  onPermissionsChanged(() => (told += 1));
  onRemoved.emit({ origins: ["https://m.youtube.com/*"] });
  onAdded.emit({ origins: ["https://m.youtube.com/*"] });
  assert.equal(told, 2);
});
