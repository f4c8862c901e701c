// The downloads as the host last listed them, for the popup.

import { downloads as stored } from "../storage.js";
import { isFinal } from "./download.js";

/** @typedef {import("../../types/messages.js").Download} Download */

/**
 * What the popup draws. `actionErrors` says why the host could not do the last action, by download.
 * @typedef {{
 *   problem?: import("../../types/messages.js").Problem, dir: string, downloads: Download[], actionErrors: Record<string, string>,
 * }} Shown
 */

export class DownloadList {
  /** @type {Shown | undefined} */
  #shown;
  #onEnd;

  /**
   * @param {(download: Download) => void} onEnd Hears of each that ends while this script runs.
   */
  constructor(onEnd) {
    this.#onEnd = onEnd;
  }

  /** How many are under way. */
  get running() {
    return (this.#shown?.downloads ?? []).filter((download) => !isFinal(download)).length;
  }

  /**
   * @param {Omit<Shown, "actionErrors">} listed
   */
  replace({ problem, dir, downloads }) {
    this.#change({ problem, dir, downloads, actionErrors: {} });
  }

  /**
   * A download changed, or is new.
   * @param {Download} download
   */
  update(download) {
    if (!this.#shown) return;
    const { downloads, actionErrors } = this.#shown;
    const at = downloads.findIndex(({ id }) => id === download.id);
    const before = downloads[at];
    const changed = at < 0 ? [download, ...downloads] : downloads.with(at, download);
    const { [download.id]: _, ...otherErrors } = actionErrors;
    this.#change({ ...this.#shown, downloads: changed, actionErrors: otherErrors });
    if (isFinal(download) && !(before && isFinal(before))) this.#onEnd(download);
  }

  /**
   * An action failed.
   * @param {string} id
   * @param {string} message
   */
  actionFailed(id, message) {
    if (!this.#shown) return;
    this.#change({ ...this.#shown, actionErrors: { ...this.#shown.actionErrors, [id]: message } });
  }

  /** The connection ended. The downloads may go on unseen. */
  clear() {
    this.#change(undefined);
  }

  /**
   * @param {Shown | undefined} shown
   */
  #change(shown) {
    this.#shown = shown;
    void stored.set(shown ?? null);
  }
}
