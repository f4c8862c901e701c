import assert from "node:assert/strict";
import { before, test } from "node:test";
import { installChrome } from "../testing/fake-chrome.js";
import { installDocument } from "../testing/fake-dom.js";
import {
  formatBytes,
  formatDuration,
  formatPermille,
  formatSpeed,
  formatTime,
  getMessage,
  getMessageAround,
} from "./i18n.js";

before(() => void installChrome());

test("a text has its values in place", () => {
  assert.equal(getMessage("download_list_count", "3", "12"), "3 of 12 videos");
  assert.equal(getMessage("no_such_text"), "");
});

test("times and numbers are in the language of the texts, in the browser's variant of it", async () => {
  const inBrowser = async (/** @type {string} */ browsers, /** @type {string} */ texts) => {
    const { getMessage: english } = chrome.i18n;
    Object.assign(chrome.i18n, {
      getUILanguage: () => browsers,
      getMessage: (/** @type {string} */ key) => (key === "locale" ? texts : key === "@@bidi_dir" ? "rtl" : ""),
    });
    const { documentElement } = installDocument();
    const own = await import(`./i18n.js?${browsers}`);
    own.setPageLanguage();
    const written = [documentElement.lang, documentElement.dir, own.formatNumber(1234.5)];
    Object.assign(chrome.i18n, { getMessage: english, getUILanguage: () => "en-US" });
    return written;
  };
  assert.deepEqual(await inBrowser("de-AT", "de"), ["de-AT", "rtl", new Intl.NumberFormat("de-AT").format(1234.5)]);
  assert.deepEqual(await inBrowser("nl", "en"), ["en", "ltr", "1,234.5"]);
  assert.deepEqual(await inBrowser("ar", "en"), ["en", "ltr", "1,234.5"]);
});

test("a text is split around its placeholder", () => {
  assert.deepEqual(getMessageAround("token_requests_limit"), { before: "At most ", after: " videos an hour" });
});

test("a size has its unit and at most one decimal", () => {
  assert.equal(formatBytes(0), "0 byte");
  assert.equal(formatBytes(999), "999 byte");
  assert.equal(formatBytes(1_540), "1.5 kB");
  assert.equal(formatBytes(123_456_789), "123 MB");
  assert.equal(formatBytes(3e15), "3,000 TB");
  assert.equal(formatSpeed(2_500_000), "2.5 MB/s");
});

test("a duration has hours only if it is that long", () => {
  assert.equal(formatDuration(12), "0:12");
  assert.equal(formatDuration(754), "12:34");
  assert.equal(formatDuration(3750.9), "1:02:30");
});

test("permille are shown as per cent", () => {
  assert.equal(formatPermille(414), "41%");
  assert.equal(formatPermille(1000), "100%");
});

test("a time has its day unless it is today", () => {
  const now = new Date();
  now.setHours(12, 5);
  const day = new Intl.DateTimeFormat(undefined, { weekday: "short" });
  assert.ok(!formatTime(now.getTime()).includes(day.format(now)));
  const other = new Date(now.getTime() - 3 * 24 * 3_600_000);
  assert.ok(formatTime(other.getTime()).includes(day.format(other)));
});
