import assert from "node:assert/strict";
import { before, test } from "node:test";
import { installChrome } from "../../testing/fake-chrome.js";
import { problemOf } from "./problem.js";

before(() => void installChrome());

const STATUS = /** @type {any} */ ({ config: "/home/me/config.toml", problems: [], sinks: [{}], tokens: [] });
const SITES = ["https://m.youtube.com/*", "https://*.googlevideo.com/*"];
const STORAGE = /** @type {const} */ ({ code: "storage-failed", message: "No room.", hint: "Make room." });
const READY = /** @type {const} */ ({ kind: "ready", version: "0.1.0" });

/**
 * @param {Partial<Parameters<typeof problemOf>[0]>} state
 */
function problem(state) {
  return problemOf({ missing: [], own: [], host: READY, status: STATUS, ...state });
}

test("if all is well there is no problem", () => {
  assert.equal(problem({}), undefined);
  assert.equal(problem({ host: { kind: "connecting" } }), undefined);
  assert.equal(problem({ status: undefined }), undefined);
});

test("a script that did not start comes before all else", () => {
  const own = [STORAGE, /** @type {const} */ ({ code: "not-loaded", message: "CompileError.", hint: "Reload it." })];
  const found = problem({ own, missing: SITES });
  assert.deepEqual(found, { title: "potbridge could not start", what: "CompileError. Reload it." });
});

test("a storage that fails comes before what depends on it", () => {
  const found = problem({ own: [STORAGE], host: { kind: "absent", reason: "" } });
  assert.deepEqual(found, { title: "The browser's storage failed", what: "No room. Make room." });
  assert.deepEqual(problem({ own: [STORAGE], missing: SITES })?.missing, SITES);
});

test("a missing permission is asked for, for the sites that lack it", () => {
  const found = problem({ missing: SITES });
  assert.deepEqual(found?.missing, SITES);
  assert.match(found?.what ?? "", /m\.youtube\.com, googlevideo\.com/);
  const all = chrome.runtime.getManifest().host_permissions;
  assert.match(problem({ missing: all })?.what ?? "", /read YouTube\./);
});

test("a host that refuses the extension says why and what to do", () => {
  const refused = { kind: /** @type {const} */ ("refused"), message: "Too old.", hint: "Update it." };
  const unknown = problem({ host: { ...refused, code: "extension-not-allowed" } });
  assert.equal(unknown?.title, "The host refused this extension");
});

test("of two versions that do not fit the older one is named, and how it is updated", () => {
  const refused = { kind: /** @type {const} */ ("refused"), host_version: "0.9.1", message: "They do not fit." };
  const { version } = chrome.runtime.getManifest();
  const extension = problem({ host: { ...refused, code: "update-extension" } });
  assert.equal(extension?.title, "The extension is too old");
  assert.match(extension?.what ?? "", new RegExp(`version ${version}, .* version 0\\.9\\.1\\. .*page of extensions`));
  assert.equal(extension?.command, undefined);
  const host = problem({ host: { ...refused, code: "update-host" } });
  assert.equal(host?.title, "The helper program is too old");
  assert.match(host?.what ?? "", new RegExp(`version 0\\.9\\.1, .* version ${version}\\. `));
  assert.equal(host?.command, "./potbridge-setup install");
  const unknown = problem({ host: { kind: "refused", code: "update-host", message: "They do not fit." } });
  assert.match(unknown?.what ?? "", /version \?,/);
});

test("a host that the browser cannot start has its own command", () => {
  const absent = (/** @type {string} */ reason) => problem({ host: { kind: "absent", reason } });
  const forbidden = absent("Access to the specified native messaging host is forbidden.");
  assert.deepEqual(
    [forbidden?.title, forbidden?.command],
    ["The host does not know this extension", `potbridge-setup install --extension-id ${chrome.runtime.id}`],
  );
  assert.match(forbidden?.what ?? "", /abcdef/);
  for (const reason of [
    "Specified native messaging host not found.",
    "No such native application dev.potbridge.host",
  ]) {
    assert.equal(absent(reason)?.title, "The host is not installed");
  }
  const exited = absent("Native host has exited.");
  assert.deepEqual([exited?.title, exited?.command], ["The host stopped", "potbridge status"]);
});

test("the host's own problem comes before a missing place", () => {
  const problems = [{ code: "config-invalid", message: "Line 3 is no TOML.", hint: "Correct it." }];
  const found = problem({ status: { ...STATUS, problems, sinks: [] } });
  assert.deepEqual(found, { title: "The host has a problem", what: "Line 3 is no TOML. Correct it." });
});

test("a host without a place to write names its configuration", () => {
  const found = problem({ status: { ...STATUS, sinks: [] } });
  assert.match(found?.what ?? "", /\/home\/me\/config\.toml/);
  assert.equal(found?.command, "potbridge-setup install --env-file /path/to/.env");
});
