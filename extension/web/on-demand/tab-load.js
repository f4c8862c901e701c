// Waits for a tab to have loaded what it is made to show.

/** How long it is waited for at most. Milliseconds. */
const LIMIT_MS = 1000;

/**
 * Has a tab show an address, and waits until it does.
 *
 * Firefox (153) answers `tabs.update` before the tab shows the address. If the tab is made to show another one meanwhile,
 * the first may win.
 * @param {number} tab
 * @param {string} url
 */
export async function load(tab, url) {
  /** @type {(value?: undefined) => void} */
  let resolve = () => {};
  const loaded = new Promise((/** @type {typeof resolve} */ done) => (resolve = done));
  const timer = setTimeout(resolve, LIMIT_MS);
  let isLoading = false;

  /**
   * @param {number} id
   * @param {{status?: string}} change
   */
  function onUpdated(id, { status }) {
    if (id !== tab) return;
    // What the tab showed before may be complete only now.
    if (status === "loading") isLoading = true;
    else if (status === "complete" && isLoading) resolve();
  }

  chrome.tabs.onUpdated.addListener(onUpdated);
  try {
    await chrome.tabs.update(tab, { url });
    await loaded;
  } catch {
    // Somebody closed it, and `onRemoved` says so.
  } finally {
    clearTimeout(timer);
    chrome.tabs.onUpdated.removeListener(onUpdated);
  }
}
