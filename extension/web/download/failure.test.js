import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { installChrome, texts } from "../../testing/fake-chrome.js";
import { inShort, remedyOf, whyNot } from "./failure.js";

/** The codes by which the documentation says that downloads fail or go on. */
function documented() {
  const page = readFileSync(new URL("../../../docs/DOWNLOADS.md", import.meta.url), "utf8");
  const [, failures = ""] = page.split("## When it fails");
  return [...failures.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, code]) => code);
}

test("every code of a download has its words", () => {
  const codes = documented();
  assert.ok(codes.length > 40, String(codes.length));
  for (const code of codes) assert.ok(texts[`download_error_${code.replaceAll("-", "_")}`], code);
});

test("the words are short enough for their line", () => {
  for (const [key, { message }] of Object.entries(texts)) {
    if (key.startsWith("download_error_")) assert.ok(message.length <= 42, message);
  }
});

test("a code of a later host is told in its own words, and can be retried", () => {
  installChrome();
  const problem = { code: /** @type {any} */ ("of-tomorrow"), message: "What happened." };
  assert.deepEqual([inShort(problem), remedyOf(problem), remedyOf(undefined)], ["What happened.", "retry", "retry"]);
  assert.equal(whyNot({ ...problem, hint: "Do so." }), "What happened. Do so.");
  assert.equal(whyNot({ ...problem, code: "disk-full", hint: "Do so." }), "The disk is full");
});
