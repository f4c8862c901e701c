// Texts for programs, which are in English, beside those for people, which are in the interface's language.

import { getMessage } from "../i18n.js";

/**
 * @typedef {{english: string, shown: string}} Words
 * @typedef {Record<string, {message: string, placeholders?: Record<string, {content: string}>}>} Texts
 */

/** @type {Texts} */
let texts = {};
/** @type {Promise<void> | undefined} */
let loaded;

/** Reads the English texts, once. If they cannot be read, programs get the interface's. */
export function loadEnglish() {
  loaded ??= read();
  return loaded;
}

async function read() {
  try {
    const response = await fetch(chrome.runtime.getURL("_locales/en/messages.json"));
    texts = await response.json();
  } catch (error) {
    console.warn("potbridge: the English texts cannot be read", error);
  }
}

/**
 * A text in both languages. If an edition lacks it, it is empty.
 * @param {string} key A key of _locales/…/messages.json.
 * @param {(string | Words)[]} values What the text's placeholders stand for.
 * @returns {Words}
 */
export function inBoth(key, ...values) {
  const shown = getMessage(key, ...values.map((value) => both(value).shown));
  return { english: inEnglish(key, values) ?? shown, shown };
}

/**
 * Somebody's words are the same in both.
 * @param {string | Words} words
 * @returns {Words}
 */
export function both(words) {
  return typeof words === "string" ? { english: words, shown: words } : words;
}

/**
 * @param {string} key
 * @param {(string | Words)[]} values
 */
function inEnglish(key, values) {
  const { message, placeholders = {} } = texts[key] ?? {};
  return message?.replace(/\$(\w+)\$/g, (_, name) => {
    const number = Number(placeholders[name.toLowerCase()]?.content.slice(1));
    return both(values[number - 1] ?? "").english;
  });
}
