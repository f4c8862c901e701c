// Has the browser put the reader into the pages of one origin, from their next load on.

import { PLAYER_SITES } from "../../requests.js";

/**
 * Arms the hook for the origin of a page that sent a request whose body the browser did not hand over.
 * @param {{initiator?: string, originUrl?: string}} request Chromium names the initiator, Firefox the page's address.
 */
export async function armFor({ initiator, originUrl }) {
  const page = initiator ?? originUrl ?? "";
  const site = URL.canParse(page) ? new URL(page).hostname : "";
  if (!PLAYER_SITES.includes(site)) return;
  const [reader, relay] = [`reader-${site}`, `relay-${site}`];
  const armed = await chrome.scripting.getRegisteredContentScripts({ ids: [reader, relay] });
  if (armed.length > 0) return;
  /** @type {Pick<chrome.scripting.RegisteredContentScript, "matches" | "runAt" | "allFrames" | "persistAcrossSessions">} */
  const where = {
    matches: [`https://${site}/*`],
    runAt: "document_start",
    allFrames: true,
    persistAcrossSessions: false,
  };
  await chrome.scripting.registerContentScripts([
    { ...where, id: reader, js: ["page/hook/reader.js"], world: "MAIN" },
    { ...where, id: relay, js: ["page/hook/relay.js"] },
  ]);
}
