import assert from "node:assert/strict";
import { before, test } from "node:test";
import { installChrome } from "../../testing/fake-chrome.js";
import { installDocument } from "../../testing/fake-dom.js";
import { HelperHelp, helperState } from "./helper.js";

const NOT_FOUND = /** @type {const} */ ({ kind: "absent", reason: "Specified native messaging host not found." });

before(() => {
  installChrome();
  installDocument();
  Object.defineProperty(globalThis, "navigator", { value: { userAgent: "" } });
});

/**
 * What the page says on this system.
 * @param {string} system
 * @param {import("../host-port.js").HostState} host
 */
function helpOn(system, host) {
  const place = document.createElement("div");
  new HelperHelp(place, system, () => {}).draw(host);
  return { place, commands: [...place.querySelectorAll("code")].map(({ textContent }) => textContent) };
}

test("the step is done once the helper program answers", () => {
  assert.deepEqual(helperState({ kind: "ready", version: "0.1.0" }), { kind: "done", text: "Found: potbridge 0.1.0." });
  assert.equal(helperState({ kind: "connecting" }).kind, "open");
  assert.match(helperState(NOT_FOUND).text, /^Not found yet/);
});

test("what stands in the way of one that is there is named", () => {
  const forbidden = helperState({ kind: "absent", reason: "Access to the specified native messaging host is forbidden." });
  assert.deepEqual([forbidden.kind, forbidden.text], ["trouble", "The helper program does not trust this copy of the extension"]);
  const { commands } = helpOn("linux", { kind: "absent", reason: "Access to the specified native messaging host is forbidden." });
  assert.deepEqual(commands, ["potbridge-setup install --extension-id abcdef"]);
});

test("each system has its own line first", () => {
  assert.deepEqual(helpOn("linux", NOT_FOUND).commands, ["./potbridge-setup install", "potbridge-setup install", "cargo setup install"]);
  assert.deepEqual(helpOn("win", NOT_FOUND).commands, [".\\potbridge-setup.exe install", "cargo setup install"]);
  assert.deepEqual(helpOn("mac", NOT_FOUND).commands, ["./potbridge-setup install", "cargo setup install"]);
  assert.match(helpOn("mac", NOT_FOUND).place.textContent ?? "", /archive for macOS/);
  assert.equal(helpOn("openbsd", NOT_FOUND).commands[0], "./potbridge-setup install");
});

test("nothing is left to do once it is found", () => {
  const { place } = helpOn("linux", { kind: "ready", version: "0.1.0" });
  assert.ok(place.textContent === "");
});
