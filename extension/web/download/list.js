// The downloads as the host last told of them, put where the popup reads them.

import { isFinal } from "./messages.js";

/** @typedef {import("./messages.js").Download} Download */

const KEY = "downloads";

export class List {
  /** @type {import("./messages.js").Shown | undefined} */
  #shown;
  #show;
  #onEnd;

  /**
   * @param {import("../feature.js").Bridge} bridge
   * @param {(download: Download) => void} onEnd Hears of each that ends while this is looking on.
   */
  constructor({ show }, onEnd) {
    this.#show = show;
    this.#onEnd = onEnd;
  }

  /** How many are under way. */
  get running() {
    return (this.#shown?.downloads ?? []).filter((download) => !isFinal(download)).length;
  }

  /**
   * @param {Omit<import("./messages.js").Shown, "troubles">} told
   */
  replace({ problem, dir, downloads }) {
    this.#become({ problem, dir, downloads, troubles: {} });
  }

  /**
   * @param {Download} download
   */
  change(download) {
    if (!this.#shown) return;
    const { downloads, troubles } = this.#shown;
    const at = downloads.findIndex(({ job }) => job === download.job);
    const before = downloads[at];
    const changed = at < 0 ? [download, ...downloads] : downloads.with(at, download);
    const { [download.job]: _, ...others } = troubles;
    this.#become({ ...this.#shown, downloads: changed, troubles: others });
    if (isFinal(download) && !(before && isFinal(before))) this.#onEnd(download);
  }

  /**
   * What was to be done with a download could not be.
   * @param {string} job
   * @param {string} message
   */
  trouble(job, message) {
    if (!this.#shown) return;
    this.#become({ ...this.#shown, troubles: { ...this.#shown.troubles, [job]: message } });
  }

  /** Nobody tells of them any more; they may go on. */
  forget() {
    this.#become(undefined);
  }

  /**
   * @param {import("./messages.js").Shown | undefined} shown
   */
  #become(shown) {
    this.#shown = shown;
    this.#show(KEY, shown ?? null);
  }
}

/**
 * What the popup finds; nothing where the host tells of no downloads.
 * @param {Record<string, unknown>} stored
 */
export function downloadsIn(stored) {
  return /** @type {import("./messages.js").Shown | undefined} */ (stored[KEY] ?? undefined);
}
