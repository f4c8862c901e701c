// What the user allows programs to ask for, kept in the browser's profile.

const KEY = "wishes";
/** How many videos can be allowed to be opened within an hour. */
export const LIMITS = { least: 1, most: 1000 };

/**
 * `asking`: whether programs may ask at all. `limit`: for how many videos within an hour.
 * @typedef {{asking: boolean, limit: number}} Settings
 */

/**
 * @returns {Promise<Settings>}
 */
export async function settings() {
  const stored = await chrome.storage.local.get(KEY);
  return { asking: true, limit: 60, .../** @type {Partial<Settings> | undefined} */ (stored[KEY]) };
}

/** @type {Promise<unknown>} */
let saved = Promise.resolve();

/**
 * One at a time, so that none undoes another.
 * @param {Partial<Settings>} change
 */
export function set(change) {
  saved = saved.then(async () => {
    await chrome.storage.local.set({ [KEY]: { ...(await settings()), ...change } });
  });
  return saved;
}

/**
 * @param {() => void} listener
 */
export function onSettings(listener) {
  chrome.storage.local.onChanged.addListener((changes) => {
    if (KEY in changes) listener();
  });
}
