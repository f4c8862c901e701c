// Puts an update of the extension in as soon as nothing is lost by it. A browser in which a script listens for updates
// waits for that script, and the open port to the host keeps this script running until the browser is closed.

import { orElse, unwaited } from "./problems.js";
import { updateWaits } from "./storage.js";

/** How often it is looked whether something is still under way. */
const PERIOD_MS = 1000;

export class Updates {
  #isBusy;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /**
   * @param {() => boolean} isBusy Whether something is under way that a reload of the extension would lose.
   */
  constructor(isBusy) {
    this.#isBusy = isBusy;
    chrome.runtime.onUpdateAvailable.addListener(() => this.#wait());
    void this.#resume();
  }

  /** An update that an earlier background script of the same browser heard of waits still. */
  async #resume() {
    if (await orElse(updateWaits.get(), false)) this.#wait();
  }

  #wait() {
    if (this.#timer !== undefined) return;
    unwaited(updateWaits.set(true));
    this.#timer = setInterval(() => void this.#putIn(), PERIOD_MS);
    void this.#putIn();
  }

  async #putIn() {
    // Asked last, what is under way is as it is when the extension is reloaded.
    if ((await hasOpenPage()) || this.#isBusy()) return;
    clearInterval(this.#timer);
    unwaited(updateWaits.remove());
    chrome.runtime.reload();
  }
}

/** The page of the tab that is kept for token requests. A reload closes it, and nothing is lost by that. */
const PARKED_PAGE = "/on-demand/parked.html";

/** Whether the popup or another page of the extension is open that somebody looks at, which a reload would close. */
async function hasOpenPage() {
  // Not every Firefox has `getContexts`. Chromium's service workers have no `getViews`.
  if (!chrome.runtime.getContexts) {
    const views = [...chrome.extension.getViews({ type: "popup" }), ...chrome.extension.getViews({ type: "tab" })];
    return views.some(({ location, document }) => !document.hidden && !location.href.endsWith(PARKED_PAGE));
  }
  const pages = await chrome.runtime.getContexts({
    contextTypes: [chrome.runtime.ContextType.POPUP, chrome.runtime.ContextType.TAB],
  });
  const shown = await Promise.all(
    pages.filter(({ documentUrl }) => !documentUrl?.endsWith(PARKED_PAGE)).map(({ tabId }) => isShown(tabId)),
  );
  return shown.includes(true);
}

/**
 * Whether a page is in front in its window. A tab that is gone is not.
 * @param {number | undefined} tab Of the popup it is none, or -1.
 */
async function isShown(tab = -1) {
  return tab < 0 || chrome.tabs.get(tab).then(({ active }) => active, () => false);
}
