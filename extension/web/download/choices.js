// What the user chose last, kept in the browser's profile.

const KEY = "download";

/**
 * @typedef {{preset: import("./messages.js").Preset, subtitles: boolean, cookies: boolean}} Choices
 */

/**
 * @returns {Promise<Choices>}
 */
export async function choices() {
  const stored = await chrome.storage.local.get(KEY);
  const chosen = /** @type {Partial<Choices> | undefined} */ (stored[KEY]);
  return { preset: "best", subtitles: false, cookies: false, ...chosen };
}

/** @type {Promise<unknown>} */
let saved = Promise.resolve();

/**
 * One at a time, so that none undoes another.
 * @param {Partial<Choices>} change
 */
export function choose(change) {
  saved = saved.then(async () => {
    await chrome.storage.local.set({ [KEY]: { ...(await choices()), ...change } });
  });
  return saved;
}
