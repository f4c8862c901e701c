import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { installChrome, settle } from "../../testing/fake-chrome.js";
import { installDocument } from "../../testing/fake-dom.js";
import { commandLine, shellWord } from "./section.js";

/** @type {string[]} */
let copied;

/**
 * @param {string} userAgent
 */
function install(userAgent) {
  copied = [];
  const clipboard = { writeText: async (/** @type {string} */ text) => copied.push(text) };
  Object.defineProperty(globalThis, "navigator", { value: { userAgent, clipboard }, configurable: true });
}

beforeEach(() => {
  installChrome();
  installDocument();
  install("X11; Linux x86_64");
});

test("a place is one word of a shell", () => {
  for (const [text, word] of [
    ["/srv/app/.env", "/srv/app/.env"],
    ["potbridge", "potbridge"],
    ["/a b/.env", "'/a b/.env'"],
    ["/it's/$HOME", "'/it'\\''s/$HOME'"],
    ["redis://me@host/0?x=1", "'redis://me@host/0?x=1'"],
    ["/srv/übung/.env", "/srv/übung/.env"],
    ["", "''"],
  ]) {
    assert.equal(shellWord(text), word);
  }
  install("Windows NT 10.0; Win64");
  assert.equal(shellWord("C:\\app\\.env"), "C:\\app\\.env");
  assert.equal(shellWord("C:\\my app\\.env"), '"C:\\my app\\.env"');
});

test("a command is copied as it is shown, and its button says which", async () => {
  const line = /** @type {import("../../testing/fake-dom.js").FakeElement} */ (/** @type {any} */ (commandLine("potbridge status")));
  const button = line.querySelector("button");
  assert.equal(button?.ariaLabel, "Copy: potbridge status");
  await /** @type {any} */ (button).onclick();
  await settle();
  assert.deepEqual([copied, button?.textContent], [["potbridge status"], "Copied"]);
});
