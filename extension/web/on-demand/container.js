// Firefox's containers, of which its private windows are one.

import { say } from "../i18n.js";

/**
 * @param {string | undefined} container
 */
export function isPrivate(container) {
  return container === "firefox-private";
}

/**
 * What tabs and windows are opened with.
 * @param {string | undefined} container
 * @returns {{cookieStoreId?: string}}
 */
export function of(container) {
  return container === undefined || isPrivate(container) ? {} : { cookieStoreId: container };
}

/**
 * What stood in the way of opening something there. Firefox opens tabs in a container only for an extension that may
 * read the container's session besides, which some editions can ask for and some cannot.
 * @param {unknown} error
 * @param {string | undefined} container
 */
export function inWords(error, container) {
  const message = error instanceof Error ? error.message : String(error);
  if (container === undefined || isPrivate(container) || !/permission/i.test(message)) return message;
  return [say("wish_no_container"), say("wish_no_container_mend")].filter(Boolean).join(" ");
}
