// YouTube's cookies of one session. They are handed to the host and kept nowhere here.

import { COOKIES } from "./permission.js";

const SITE = "youtube.com";
/** What the host takes: it refuses the whole message for one cookie that is longer. */
const LONGEST = 4096;

/** Firefox's API has fields that Chromium's refuses. */
const isFirefox = chrome.runtime.getURL("").startsWith("moz-");

/** @typedef {chrome.cookies.Cookie & {firstPartyDomain?: string}} BrowsersCookie */

/**
 * Empty where the user did not permit it.
 * @param {string | undefined} storeId The browser's default where it is not known.
 * @returns {Promise<import("./messages.js").Cookie[]>}
 */
export async function cookiesOf(storeId) {
  if (!(await chrome.permissions.contains(COOKIES))) return [];
  /** @type {chrome.cookies.GetAllDetails} */
  const details = { domain: SITE, storeId: storeId ?? defaultStore(), partitionKey: {} };
  // Without it Firefox refuses to answer where its first-party isolation is on.
  if (isFirefox) Object.assign(details, { firstPartyDomain: null });
  const found = await chrome.cookies.getAll(details);
  return found.filter(isOfTheSite).map(written).filter(isPlain);
}

/**
 * The store that a tab uses; nothing where the browser does not say.
 * @param {chrome.tabs.Tab & {cookieStoreId?: string}} tab
 * @returns {Promise<string | undefined>}
 */
export async function storeOf(tab) {
  if (tab.cookieStoreId !== undefined || isFirefox) return tab.cookieStoreId;
  if (!(await chrome.permissions.contains(COOKIES))) return undefined;
  const stores = await chrome.cookies.getAllCookieStores();
  return stores.find(({ tabIds }) => tab.id !== undefined && tabIds.includes(tab.id))?.id;
}

function defaultStore() {
  return isFirefox ? "firefox-default" : "0";
}

/**
 * Whether it is sent to YouTube's own pages: what an embedded player was given on another site is another session.
 * @param {BrowsersCookie} cookie
 */
function isOfTheSite({ domain, partitionKey, firstPartyDomain }) {
  const site = domain.replace(/^\./, "");
  const top = partitionKey?.topLevelSite;
  return (
    (site === SITE || site.endsWith(`.${SITE}`)) &&
    (!top || top === `https://${SITE}`) &&
    (!firstPartyDomain || firstPartyDomain === SITE)
  );
}

/**
 * @param {BrowsersCookie} cookie
 * @returns {import("./messages.js").Cookie}
 */
function written({ name, value, domain, hostOnly, path, secure, httpOnly, expirationDate }) {
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
 * @param {import("./messages.js").Cookie} cookie
 */
function isPlain({ name, value, path }) {
  return name !== "" && /^[ -~]*$/.test(name + value + path) && (name + value + path).length <= LONGEST;
}
