// Puts the page hook into the pages of one origin: into the open page at once, and into others when they are loaded.

import { playerSites } from "../../requests.js";

/**
 * Chromium names the initiator, Firefox the page's address.
 * @typedef {{tabId: number, frameId: number, documentId?: string, initiator?: string, originUrl?: string}} Request
 */

const READER = ["page/hook/reader.js"];
const RELAY = ["page/hook/relay.js"];

/** Several requests of a page may come at once: one after the other, so that it is hooked once. */
let last = Promise.resolve();

/**
 * Hooks the origin of a page whose request had a body that the browser did not hand over.
 * @param {Request} request
 */
export function hookPageOf(request) {
  last = last.then(() => hook(request)).catch(() => {});
  return last;
}

/**
 * @param {Request} request
 */
async function hook(request) {
  const page = request.initiator ?? request.originUrl ?? "";
  const site = URL.canParse(page) ? new URL(page).hostname : "";
  if (!playerSites().includes(site)) return;
  await register(site);
  if (request.tabId >= 0) await inject(request);
}

/**
 * From their next load on, pages of the site have the hook before any script of their own.
 * @param {string} site
 */
async function register(site) {
  const [reader, relay] = [`reader-${site}`, `relay-${site}`];
  const registered = await chrome.scripting.getRegisteredContentScripts({ ids: [reader, relay] });
  if (registered.length > 0) return;
  /**
   * @type {Pick<chrome.scripting.RegisteredContentScript, "matches" | "runAt" | "allFrames" | "persistAcrossSessions">}
   */
  const common = {
    matches: [`https://${site}/*`],
    runAt: "document_start",
    allFrames: true,
    persistAcrossSessions: false,
  };
  await chrome.scripting.registerContentScripts([
    { ...common, id: reader, js: READER, world: "MAIN" },
    { ...common, id: relay, js: RELAY },
  ]);
}

/**
 * Puts the hook into the page as it is, unless it is there. The page's own scripts could see the channel then, and see on
 * it what they have sent themselves.
 * @param {Request} request
 */
async function inject({ tabId, frameId, documentId }) {
  const target = documentId === undefined ? { tabId, frameIds: [frameId] } : { tabId, documentIds: [documentId] };
  const isThere = () => /** @type {{potbridgeRelay?: boolean}} */ (globalThis).potbridgeRelay === true;
  const [frame] = await chrome.scripting.executeScript({ target, func: isThere, injectImmediately: true });
  if (frame?.result) return;
  await chrome.scripting.executeScript({ target, files: READER, world: "MAIN", injectImmediately: true });
  await chrome.scripting.executeScript({ target, files: RELAY, injectImmediately: true });
}
