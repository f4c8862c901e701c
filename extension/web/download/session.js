// The browser session of each download, as long as the browser runs. A retry uses the same one.

import { downloadSessions } from "../storage.js";

const MOST = 200;

/**
 * A session in the browser's words: a container, a cookie store, and whether it is a private window's.
 * @typedef {{container?: string, store?: string, private?: boolean}} DownloadSession
 */

/**
 * Empty, which is the default session, for a download that another browser or an earlier run started.
 * @param {string} id
 * @returns {Promise<DownloadSession>}
 */
export async function sessionOf(id) {
  return (await downloadSessions.get())[id] ?? {};
}

/**
 * @param {string} id
 * @param {DownloadSession} session
 */
export async function rememberSession(id, session) {
  const kept = Object.entries(await downloadSessions.get()).slice(1 - MOST);
  await downloadSessions.set(Object.fromEntries([...kept, [id, session]]));
}
