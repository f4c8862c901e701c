// YouTube's cookies of one session. They are handed to the host and kept nowhere here.

import { isFirefox } from "../browser-family.js";
import { COOKIES } from "./permission.js";

const SITE = "youtube.com";
/** The host refuses a message with a cookie that is longer. */
const LONGEST = 4096;

/** @typedef {chrome.cookies.Cookie & {firstPartyDomain?: string}} BrowserCookie */

/**
 * None unless the user permitted it.
 * @param {string | undefined} storeId The browser's default store if it is not known.
 * @returns {Promise<import("../../types/messages.js").Cookie[]>}
 */
export async function cookiesOf(storeId) {
  if (!(await chrome.permissions.contains(COOKIES))) return [];
  /** @type {chrome.cookies.GetAllDetails} */
  const details = { domain: SITE, storeId: storeId ?? defaultStore(), partitionKey: {} };
  // Without it Firefox refuses to answer if its first-party isolation is on. Chromium refuses the field.
  if (isFirefox()) Object.assign(details, { firstPartyDomain: null });
  const found = await chrome.cookies.getAll(details);
  return found.filter(isOfSite).map(toMessage).filter(isAccepted);
}

/**
 * The store that a tab uses; nothing if the browser does not say.
 * @param {chrome.tabs.Tab & {cookieStoreId?: string}} tab
 * @returns {Promise<string | undefined>}
 */
export async function storeOf(tab) {
  if (tab.cookieStoreId !== undefined || isFirefox()) return tab.cookieStoreId;
  if (!(await chrome.permissions.contains(COOKIES))) return undefined;
  const stores = await chrome.cookies.getAllCookieStores();
  return stores.find(({ tabIds }) => tab.id !== undefined && tabIds.includes(tab.id))?.id;
}

function defaultStore() {
  return isFirefox() ? "firefox-default" : "0";
}

/**
 * Whether it is sent to YouTube's own pages. An embedded player on another site has another session.
 * @param {BrowserCookie} cookie
 */
function isOfSite({ domain, partitionKey, firstPartyDomain }) {
  const site = domain.replace(/^\./, "");
  const top = partitionKey?.topLevelSite;
  return (
    (site === SITE || site.endsWith(`.${SITE}`)) &&
    (!top || top === `https://${SITE}`) &&
    (!firstPartyDomain || firstPartyDomain === SITE)
  );
}

/**
 * @param {BrowserCookie} cookie
 * @returns {import("../../types/messages.js").Cookie}
 */
function toMessage({ name, value, domain, hostOnly, path, secure, httpOnly, expirationDate }) {
  const site = domain.replace(/^\./, "");
  return {
    name,
    value,
    domain: hostOnly ? site : `.${site}`,
    path,
    secure,
    http_only: httpOnly,
    expires: expirationDate === undefined ? undefined : Math.max(0, Math.floor(expirationDate)),
  };
}

/**
 * @param {import("../../types/messages.js").Cookie} cookie
 */
function isAccepted({ name, value, path }) {
  return name !== "" && /^[ -~]*$/.test(name + value + path) && (name + value + path).length <= LONGEST;
}
