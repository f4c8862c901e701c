import assert from "node:assert/strict";
import { before, test } from "node:test";
import { installChrome, texts } from "../../testing/fake-chrome.js";
import { inBoth, loadEnglish } from "./english.js";
import { TokenRequestError } from "./token-request-error.js";

/** In place of another language's texts. */
const foreign = (/** @type {string} */ key, /** @type {string[]} */ values) => `<${key} ${values.join(" ")}>`;

before(() => {
  installChrome();
  chrome.i18n.getMessage = /** @type {typeof chrome.i18n.getMessage} */ (foreign);
});

test("until the English texts are there, programs get the interface's", () => {
  assert.deepEqual(inBoth("token_request_paused"), { english: "<token_request_paused >", shown: "<token_request_paused >" });
});

test("programs get English, and people their own language", async (context) => {
  context.mock.method(globalThis, "fetch", async (/** @type {string} */ address) => {
    assert.equal(address, "chrome-extension://abcdef/_locales/en/messages.json");
    return { json: async () => texts };
  });
  await loadEnglish();
  const error = new TokenRequestError(
    "cannot-open",
    inBoth("token_request_cannot_open", inBoth("token_request_private_window")),
    inBoth("token_request_too_many_hint", "8:10"),
  );
  assert.equal(
    error.message,
    "The browser could not open the video in the background: Private windows are not asked for tokens.",
  );
  assert.equal(error.hint, "Next at 8:10.");
  assert.equal(error.shown, "<token_request_cannot_open <token_request_private_window >>; <token_request_too_many_hint 8:10>");
  assert.equal(inBoth("a_text_that_an_edition_lacks").shown, "<a_text_that_an_edition_lacks >");
});

test("somebody else's words are the same in both", () => {
  const { message, shown } = new TokenRequestError("cannot-open", "the browser's own words");
  assert.deepEqual([message, shown], ["the browser's own words", "the browser's own words"]);
});
