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

test("an extension that did not start comes before all else, and reads nothing", () => {
  const own = [STORAGE, /** @type {const} */ ({ code: "not-loaded", message: "CompileError.", hint: "Reload it." })];
  assert.deepEqual(problem({ own, missing: SITES }), {
    code: "not-loaded",
    title: "The extension is damaged",
    text: "Reload it.",
    fix: "reload",
    detail: "CompileError.",
    isOff: true,
  });
});

test("a storage that fails comes before what depends on it", () => {
  const found = problem({ own: [STORAGE], host: { kind: "absent", reason: "" } });
  assert.deepEqual([found?.title, found?.text, found?.detail], ["The browser's storage failed", "Make room.", "No room."]);
  assert.deepEqual(problem({ own: [STORAGE], missing: SITES })?.missing, SITES);
});

test("a missing permission is asked for, for the sites that lack it", () => {
  const found = problem({ missing: SITES });
  assert.deepEqual([found?.missing, found?.fix, found?.isOff], [SITES, "allow", false]);
  assert.match(found?.text ?? "", /m\.youtube\.com, googlevideo\.com/);
  const all = problem({ missing: chrome.runtime.getManifest().host_permissions });
  assert.match(all?.text ?? "", /read YouTube,/);
  assert.equal(all?.isOff, true);
});

test("a host that refuses the extension says why and what to do", () => {
  const refused = { kind: /** @type {const} */ ("refused"), message: "Too old.", hint: "Update it." };
  const unknown = problem({ host: { ...refused, code: "unknown" } });
  assert.deepEqual(
    [unknown?.title, unknown?.text, unknown?.fix],
    ["The helper program refused this extension", "Too old. Update it.", "again"],
  );
  const other = problem({ host: { ...refused, code: "extension-not-allowed" } });
  assert.match(other?.title ?? "", /does not trust this copy/);
  assert.equal(other?.command, `potbridge-setup install --extension-id ${chrome.runtime.id}`);
});

test("of two versions that do not fit the older one is named, and how it is updated", () => {
  const refused = { kind: /** @type {const} */ ("refused"), host_version: "0.9.1", message: "They do not fit." };
  const { version } = chrome.runtime.getManifest();
  const extension = problem({ host: { ...refused, code: "update-extension" } });
  assert.equal(extension?.title, "The extension is too old");
  assert.match(extension?.text ?? "", new RegExp(`version ${version}, .* version 0\\.9\\.1\\. .*page of extensions`));
  assert.deepEqual([extension?.command, extension?.fix], [undefined, "reload"]);
  const host = problem({ host: { ...refused, code: "update-host" } });
  assert.equal(host?.title, "The helper program is too old");
  assert.match(host?.text ?? "", new RegExp(`version 0\\.9\\.1, .* version ${version}\\. `));
  assert.deepEqual([host?.command, host?.fix], ["./potbridge-setup install", "copy"]);
  const unknown = problem({ host: { kind: "refused", code: "update-host", message: "They do not fit." } });
  assert.match(unknown?.text ?? "", /version \?,/);
});

test("a host that the browser cannot start has its own command", () => {
  const absent = (/** @type {string} */ reason) => problem({ host: { kind: "absent", reason } });
  const forbidden = absent("Access to the specified native messaging host is forbidden.");
  assert.equal(forbidden?.command, `potbridge-setup install --extension-id ${chrome.runtime.id}`);
  assert.match(forbidden?.detail ?? "", /is forbidden\.$/);
  for (const reason of [
    "Specified native messaging host not found.",
    "No such native application dev.potbridge.host",
  ]) {
    assert.equal(absent(reason)?.title, "One more step: the helper program");
  }
  const exited = absent("Native host has exited.");
  assert.deepEqual([exited?.title, exited?.command], ["The helper program stopped", "potbridge status"]);
});

test("the host's own problem comes before a missing place, in words of its code", () => {
  const problems = [{ code: "config-invalid", message: "Line 3 is no TOML.", hint: "Correct it." }];
  const found = problem({ status: { ...STATUS, problems, sinks: [] } });
  assert.deepEqual([found?.title, found?.fix], ["The settings file has a mistake", "again"]);
  assert.equal(found?.detail, "Line 3 is no TOML. Correct it.");
  const later = [{ code: "of-a-later-version", message: "It went wrong." }];
  const other = problem({ status: { ...STATUS, problems: later } });
  assert.deepEqual(
    [other?.title, other?.text, other?.detail],
    ["The helper program has a problem", "It went wrong.", undefined],
  );
});

test("a host without a place to write names its configuration", () => {
  const found = problem({ status: { ...STATUS, sinks: [] } });
  assert.match(found?.detail ?? "", /\/home\/me\/config\.toml/);
  assert.deepEqual([found?.fix, found?.command], ["choose", "potbridge sink add env-file /path/to/.env"]);
  assert.equal(problem({ status: { ...STATUS, sinks: [], unknown: ["sinks"] } }), undefined);
});
