// Tells the player's own requests from those of any other page.
//
// Every page may send a request to YouTube, and could write a token of its choice into it. What cannot be forged is which
// page the browser names as the sender. Seen in Chromium 156 and Firefox ESR 153: both name it for each request of a
// page, its frames without an address, its workers and its service workers. They name none, or "null", for a sandboxed
// frame, for a frame or worker of a `data:` address and, in Chromium, for navigations from other sites.

import { playerSites } from "./requests.js";

/**
 * Chromium names the origin as `initiator`; Firefox names two addresses: who asked, and in which document.
 * @typedef {{type?: string, url?: string, initiator?: string, originUrl?: string, documentUrl?: string}} Sender
 */

/**
 * The types by which the player sends. Not those that load a document: any page may send a window, a frame or a form to
 * any address. And not those by which a page loads what others made, such as scripts and fonts: another server may answer
 * with a redirect to an address of its choice, and the browser still names the page as the sender (Chrome's reference of
 * webRequest on `initiator`: "This does not change through redirects").
 */
const TYPES = ["xmlhttprequest", "ping", "beacon", "media", "image", "other"];

/** An image is only one way to report. */
const REPORT = /^https:\/\/[^/?#]+\/api\/stats\//;

/** @type {Set<string> | undefined} */
let origins;

/**
 * Whether a page of the player's own sites, or a worker of theirs, sent this request.
 * @param {Sender} request
 */
export function isPlayersRequest({ type = "", url = "", initiator, originUrl, documentUrl }) {
  if (!TYPES.includes(type) || (type === "image" && !REPORT.test(url))) return false;
  if (initiator !== undefined) return playerOrigins().has(initiator);
  return isOnPlayersSite(originUrl) && isOnPlayersSite(documentUrl);
}

/**
 * Whether a content script in a page of the player's own sites sent this message. A sandboxed frame is none of theirs,
 * whatever its address.
 * @param {chrome.runtime.MessageSender} sender
 */
export function isPlayersPage({ id, tab, url, origin }) {
  if (id !== chrome.runtime.id || tab === undefined || !isOnPlayersSite(url)) return false;
  return origin === undefined || playerOrigins().has(origin);
}

/**
 * The types of requests to listen to, as far as the browser knows them. So it copies no body of a form that is sent to
 * YouTube.
 */
export function playerRequestTypes() {
  return Object.values(chrome.webRequest.ResourceType).filter((type) => TYPES.includes(type));
}

/**
 * Browsers write an address in one way: in small letters, without the default port. So its beginning tells its site.
 * @param {string | undefined} address
 */
function isOnPlayersSite(address) {
  if (address === undefined) return false;
  for (const origin of playerOrigins()) if (address.startsWith(origin) && address[origin.length] === "/") return true;
  return false;
}

function playerOrigins() {
  origins ??= new Set(playerSites().map((site) => `https://${site}`));
  return origins;
}
