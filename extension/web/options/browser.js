// Which browser this is, for people.

import { browserProduct, isFirefox } from "../browser-family.js";

/**
 * The browser as it names itself, and the system: `Firefox 153.0` and `linux x86-64`.
 * @returns {Promise<{name: string, system: string}>}
 */
export async function thisBrowser() {
  const [product, { os, arch }] = await Promise.all([browserProduct(), chrome.runtime.getPlatformInfo()]);
  const family = isFirefox() ? "Firefox" : "Chromium";
  return { name: product?.replace("/", " ") ?? family, system: `${os} ${arch}` };
}
