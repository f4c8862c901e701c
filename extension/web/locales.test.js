import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { texts } from "../testing/fake-chrome.js";

const WEB = new URL(".", import.meta.url);

const sources = readdirSync(WEB, { recursive: true, encoding: "utf8" })
  .filter((name) => /\.(js|json)$/.test(name) && !/\.test\.js$|messages\.json$|^wasm/.test(name))
  .map((name) => ({ name, text: readFileSync(new URL(name, WEB), "utf8") }));

/** Keys that are made of a part and a value, such as `download_state_${state}`. */
const patterns = sources
  .flatMap(({ text }) => [...text.matchAll(/`([a-z_]+_)\$\{[^`]*`/g)].map(([, start]) => start))
  .filter((start) => Object.keys(texts).some((key) => key.startsWith(start)));

/** Each language's texts, by its folder's name. English is the one that the others are compared with. */
const languages = readdirSync(new URL("_locales", WEB)).map((folder) => {
  const parts = ["_locales", "download/_locales"].map((part) => {
    const file = new URL(`${part}/${folder}/messages.json`, WEB);
    return /** @type {typeof texts} */ (JSON.parse(readFileSync(file, "utf8")));
  });
  return { folder, texts: /** @type {typeof texts} */ (Object.assign({}, ...parts)), parts };
});

/** How much longer than the English text one may be. A long one wraps, and a short one is on a button or in a row. */
const LONGEST = { times: 1.5, more: 14 };

/**
 * How wide a text is, in letters: those of Chinese and Japanese count as two.
 * @param {string} text
 */
function widthOf(text) {
  return [...text].reduce((width, letter) => width + (/[\u2e80-\uffef]/.test(letter) ? 2 : 1), 0);
}

test("every language has every text, with the same placeholders", () => {
  assert.deepEqual(languages.map(({ folder }) => folder).sort(), ["de", "en", "es", "fr", "ja", "pt_BR", "zh_CN"]);
  const english = languages.find(({ folder }) => folder === "en");
  for (const { folder, texts: own, parts } of languages) {
    assert.equal(own.locale.message, folder.replace("_", "-"));
    for (const [index, part] of parts.entries()) {
      assert.deepEqual(Object.keys(part), Object.keys(english?.parts[index] ?? {}), folder);
    }
    for (const [key, { message, placeholders }] of Object.entries(own)) {
      const names = (/** @type {string} */ text) => [...text.matchAll(/\$\w+\$/g)].map(String).sort();
      assert.deepEqual(names(message), names(texts[key].message), `${folder}: ${key}`);
      assert.deepEqual(placeholders, texts[key].placeholders, `${folder}: ${key}`);
      assert.ok(message.trim() === message && message !== "", `${folder}: ${key}`);
    }
  }
});

test("no text is much longer than the English one, for which there is room", () => {
  for (const { folder, texts: own } of languages) {
    for (const [key, { message }] of Object.entries(own)) {
      const most = widthOf(texts[key].message) * LONGEST.times + LONGEST.more;
      assert.ok(widthOf(message) <= most, `${folder}: ${key}: ${message}`);
    }
  }
});

test("the browser's limits for the name and the description are kept", () => {
  for (const { folder, texts: own } of languages) {
    // Chrome's, in characters; the store's are the same.
    assert.ok(own.name.message.length <= 75 && own.description.message.length <= 132, folder);
  }
});

test("every text that a script shows exists", () => {
  for (const { name, text } of sources) {
    for (const [, key] of text.matchAll(/(?:getMessage(?:Around)?|inBoth)\("(\w+)"/g)) {
      assert.ok(texts[key], `${name} shows ${key}, which _locales lacks`);
    }
  }
  assert.ok(patterns.length >= 5, String(patterns));
});

/** The values that follow these starts of a key, by the type of the messages that has them. */
const values = Object.entries({ download_preset_: "Preset", download_state_: "DownloadState", download_: "Action" }).map(
  ([start, type]) => ({ start, type, names: namesOf(type) }),
);

/**
 * @param {string} type
 */
function namesOf(type) {
  const types = readFileSync(new URL("../types/messages.d.ts", WEB), "utf8");
  const [, union = ""] = new RegExp(`export type ${type} = (.*);`).exec(types) ?? [];
  return [...union.matchAll(/"([\w-]+)"/g)].map(([, name]) => name.replaceAll("-", "_"));
}

test("every preset, state and action of a download has its text", () => {
  for (const { start, type, names } of values) {
    assert.ok(names.length > 2, type);
    for (const name of names) assert.ok(texts[start + name], start + name);
  }
});

/**
 * Whether the values that follow are not known here.
 * @param {string} start
 */
function isOpen(start) {
  return !values.some((known) => known.start === start);
}

test("every text is shown somewhere", () => {
  const all = sources.map(({ text }) => text).join("\n");
  for (const key of Object.keys(texts)) {
    const isShown =
      all.includes(`"${key}"`) ||
      all.includes(`__MSG_${key}__`) ||
      values.some(({ start, names }) => names.some((name) => key === start + name)) ||
      patterns.some((start) => isOpen(start) && key.startsWith(start) && key.length > start.length);
    assert.ok(isShown, `nothing shows ${key}`);
  }
});

test("a text has exactly the placeholders that it declares", () => {
  for (const [key, { message, placeholders = {} }] of Object.entries(texts)) {
    const used = [...message.matchAll(/\$(\w+)\$/g)].map(([, name]) => name.toLowerCase());
    assert.deepEqual([...new Set(used)].sort(), Object.keys(placeholders).sort(), key);
  }
});
