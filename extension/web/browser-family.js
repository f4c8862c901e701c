// Which family of browsers this one belongs to.

/** Whether this is Firefox, or built from it. The others are built from Chromium. */
export function isFirefox() {
  return chrome.runtime.getURL("").startsWith("moz-");
}
