// Which family of browsers this one belongs to, and what it calls itself.

/** A brand that Chromium makes up, so that nobody relies on the list: `Not=A?Brand`, `Not;A Brand` and the like. */
const MADE_UP = /^\W*not\W*a\W*brand\W*$/i;

/** Whether this is Firefox, or built from it. The others are built from Chromium. */
export function isFirefox() {
  return chrome.runtime.getURL("").startsWith("moz-");
}

/**
 * The browser's own name and version, as a product of a user agent: `Chrome/156`, `Firefox/140.5.0`.
 * @returns {Promise<string | undefined>} Nothing if it does not tell them.
 */
export async function browserProduct() {
  const { runtime } = /** @type {{runtime: {getBrowserInfo?: () => Promise<{name: string, version: string}>}}} */ (chrome);
  if (runtime.getBrowserInfo) {
    // It is for people alone: the connection does not depend on it.
    const info = await runtime.getBrowserInfo().catch(() => undefined);
    return info && productOf(info.name, info.version);
  }
  const { userAgentData } =
    /** @type {{userAgentData?: {brands: {brand: string, version: string}[]}}} */ (/** @type {unknown} */ (navigator));
  const brands = userAgentData?.brands.filter(({ brand }) => !MADE_UP.test(brand)) ?? [];
  // Those built from Chromium name it beside themselves.
  const own = brands.find(({ brand }) => brand !== "Chromium") ?? brands[0];
  return own && productOf(own.brand, own.version);
}

/**
 * @param {string} name
 * @param {string} version
 */
function productOf(name, version) {
  const short = name.replace(/^(Google|Microsoft|Mozilla) /, "").replaceAll(" ", "-");
  // The host takes no other characters, and no more of them.
  return `${short}/${version}`.replaceAll(/[^!-~]/g, "").slice(0, 100);
}
