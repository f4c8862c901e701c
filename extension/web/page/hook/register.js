// Registers the page hook for one origin. The browser puts it into the origin's pages from their next load on.

import { playerSites } from "../../requests.js";

/**
 * Registers the hook for the origin of a page whose request had a body that the browser did not hand over.
 * @param {{initiator?: string, originUrl?: string}} request Chromium names the initiator, Firefox the page's address.
 */
export async function registerHookFor({ initiator, originUrl }) {
  const page = initiator ?? originUrl ?? "";
  const site = URL.canParse(page) ? new URL(page).hostname : "";
  if (!playerSites().includes(site)) return;
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
    { ...common, id: reader, js: ["page/hook/reader.js"], world: "MAIN" },
    { ...common, id: relay, js: ["page/hook/relay.js"] },
  ]);
}
