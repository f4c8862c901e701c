// Asks a page which video it shows, when a media request of it does not say its video.

import { choosePlayer, readPlayers } from "./players.js";

/**
 * @typedef {import("./players.js").Player} Player
 *
 * The page's address, when its document was opened, since when it shows what it shows (both in milliseconds since 1970),
 * whether an ad runs, whether something plays, what its player says, and other addresses by which it names the video.
 * @typedef {{
 *   address: string, opened_at: number, since: number, ad: boolean, plays: boolean,
 *   player?: {video_id?: string, cpn?: string}, links: string[],
 * }} Shown
 *
 * The request of a page. Firefox names no document for those of workers.
 * @typedef {{url: string, tabId: number, frameId: number, documentId?: string}} Request
 *
 * @typedef {chrome.scripting.InjectionTarget} Target
 */

/** A page that does not answer for so long is not waited for. */
const LIMIT_MS = 1000;
/** The longest answer of a page that is read. */
const MAX_ADDRESS = 4096;

/**
 * Asks the page of a request what it shows. Undefined if it does not say.
 * @param {Request} request
 * @param {() => boolean} [isStopped] Whether no page is to be asked any more: then nothing more is put into it.
 * @returns {Promise<Shown | undefined>}
 */
export async function askPage({ url, tabId, frameId, documentId }, isStopped = () => false) {
  /** @type {Target} */
  const target = documentId === undefined ? { tabId, frameIds: [frameId] } : { tabId, documentIds: [documentId] };
  const [page, players] = await Promise.all([
    limited(readShown(target, isStopped)),
    limited(run(target, "MAIN", readPlayers)),
  ]);
  if (isStopped() || !isShown(page)) return undefined;
  const { address, opened_at, since, links } = page;
  const cpn = cpnOf(url);
  const player = choosePlayer(players, cpn);
  const { ad = false, ...named } = player ?? {};
  // What another player of the page shows says nothing of the request's own.
  const isOwn = cpn !== undefined && player?.cpn === cpn;
  const plays = page.plays === true;
  return { address, opened_at, since, ad: ad || (page.ad && !isOwn), plays, ...(player && { player: named }), links };
}

/**
 * What the content script follows. A page that was open before the extension has none yet.
 * @param {Target} target
 * @param {() => boolean} isStopped
 */
async function readShown(target, isStopped) {
  const read = () => /** @type {{potbridgeShown?: () => unknown}} */ (globalThis).potbridgeShown?.();
  const shown = await run(target, "ISOLATED", read);
  if (shown || isStopped()) return shown;
  await chrome.scripting.executeScript({ target, files: ["page/shown.js"], injectImmediately: true });
  if (isStopped()) return undefined;
  return run(target, "ISOLATED", read);
}

/**
 * What a function gives in the page.
 * @param {Target} target
 * @param {"MAIN" | "ISOLATED"} world
 * @param {() => unknown} func
 * @returns {Promise<unknown>}
 */
async function run(target, world, func) {
  const [frame] = await chrome.scripting.executeScript({ target, world, func, injectImmediately: true });
  return frame?.result;
}

/**
 * Undefined if it fails, or takes too long: the page is closed, or busy, or the extension may not look at it.
 * @template T
 * @param {Promise<T>} answer
 * @returns {Promise<T | undefined>}
 */
async function limited(answer) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {Promise<undefined>} */
  const late = new Promise((resolve) => (timer = setTimeout(() => resolve(undefined), LIMIT_MS)));
  try {
    return await Promise.race([answer, late]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * @param {unknown} answer
 * @returns {answer is Omit<Shown, "player">}
 */
function isShown(answer) {
  const { address, opened_at, since, ad, links } = /** @type {Partial<Shown>} */ (answer ?? {});
  const isAddress = (/** @type {unknown} */ value) => typeof value === "string" && value.length <= MAX_ADDRESS;
  return (
    isAddress(address) &&
    Number.isSafeInteger(opened_at) &&
    Number.isSafeInteger(since) &&
    typeof ad === "boolean" &&
    Array.isArray(links) &&
    links.every(isAddress)
  );
}

/**
 * The cpn in a media request's address, in a query or as a part of the path.
 * @param {string} url
 */
export function cpnOf(url) {
  return /[?&/]cpn[=/]([\w-]{16})(?![\w-])/.exec(url)?.[1];
}
