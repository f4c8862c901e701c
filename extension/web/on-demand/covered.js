// Remembers for a while that the user's windows cover the small one, or that the browser refuses to play, so that no window
// opens in vain for each request.

import { readSettings } from "./settings.js";

/** @typedef {import("./token-request-error.js").TokenRequestError} TokenRequestError */

const REMEMBERED_MS = 30_000;

export class Covered {
  /** @type {{error: TokenRequestError, at: number, layout: Promise<string>} | undefined} */
  #last;

  /**
   * A request failed because of what stops all pages.
   * @param {TokenRequestError} error
   */
  remember(error) {
    const now = layout();
    // It is looked at with the next request.
    now.catch(() => {});
    this.#last = { error, at: Date.now(), layout: now };
  }

  /** It may be otherwise now. */
  forget() {
    this.#last = undefined;
  }

  /** Why a request would fail now. Undefined if that is not known, or the user has moved a window or changed a setting. */
  async error() {
    const last = this.#last;
    if (!last || Date.now() - last.at >= REMEMBERED_MS) return undefined;
    const [before, now] = await Promise.all([last.layout, layout()]);
    return before === now ? last.error : undefined;
  }
}

/** Where the user's windows are, and what the user accepts. */
async function layout() {
  const [windows, settings] = await Promise.all([chrome.windows.getAll({ windowTypes: ["normal"] }), readSettings()]);
  const places = windows.map(({ id, left, top, width, height, state }) => [id, left, top, width, height, state]);
  return JSON.stringify([places, settings]);
}
