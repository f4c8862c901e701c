// Whose session each download of this browser is for, as long as the browser runs: a retry takes the same.

const KEY = "download-origins";
const MOST = 200;

/** @typedef {import("./messages.js").Origin} Origin */

/**
 * Empty, which is the default session, for a download that another browser or an earlier run asked for.
 * @param {string} job
 * @returns {Promise<Origin>}
 */
export async function originOf(job) {
  return (await all())[job] ?? {};
}

/**
 * @param {string} job
 * @param {Origin} origin
 */
export async function rememberOrigin(job, origin) {
  const kept = Object.entries(await all()).slice(1 - MOST);
  await chrome.storage.session.set({ [KEY]: Object.fromEntries([...kept, [job, origin]]) });
}

/**
 * @returns {Promise<Record<string, Origin>>}
 */
async function all() {
  const stored = await chrome.storage.session.get(KEY);
  return /** @type {Record<string, Origin> | undefined} */ (stored[KEY]) ?? {};
}
