// Firefox's containers, of which its private windows are one.

import { inBoth } from "./english.js";

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
export function createProperties(container) {
  return container === undefined ? {} : { cookieStoreId: container };
}

/**
 * Why a tab or window could not be opened. Firefox opens tabs in a container only for an extension that may also read
 * the container's session. Some editions can ask for that permission, and some cannot.
 * @param {unknown} error
 * @param {string | undefined} container
 */
export function describeOpenError(error, container) {
  const message = error instanceof Error ? error.message : String(error);
  if (container === undefined || !/permission/i.test(message)) return message;
  const parts = [inBoth("token_request_no_container"), inBoth("token_request_no_container_hint")];
  const join = (/** @type {"english" | "shown"} */ language) => parts.map((part) => part[language]).join(" ").trimEnd();
  return { english: join("english"), shown: join("shown") };
}
