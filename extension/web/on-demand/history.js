// Who asked for which video, and what came of it: the last few, put where the popup reads them.

const KEY = "wishes-asked";
const MOST = 5;

/**
 * `lost`: the host is gone, or the browser stopped this script, before there was an answer.
 * @typedef {"waiting" | "captured" | "lost" | import("./token-request.js").Code} Outcome
 *
 * `message` says why there is no token. One that asks for the same video again has one row for both.
 * @typedef {{video_id: string, asker: string, at: number, outcome: Outcome, message?: string}} Row
 */

export class Asked {
  /** @type {Row[]} The newest first. */
  #rows = [];
  #show;

  /**
   * @param {import("../feature.js").Bridge["show"]} show
   */
  constructor(show) {
    this.#show = show;
  }

  /** Takes up what this script had before the browser stopped it. */
  async load() {
    const rows = askedIn(await chrome.storage.session.get(KEY));
    if (rows.length > 0) {
      this.#become(rows.map((row) => (row.outcome === "waiting" ? { ...row, outcome: "lost" } : row)));
    }
  }

  /**
   * @param {import("./token-request.js").Wish} wish
   */
  add({ video_id, asker, since }) {
    const others = this.#rows.filter((row) => row.video_id !== video_id || row.asker !== asker);
    /** @type {Row} */
    const row = { video_id, asker, at: since, outcome: "waiting" };
    this.#become([row, ...others].slice(0, MOST));
  }

  /**
   * @param {import("./token-request.js").Wish} wish
   * @param {Outcome} outcome
   * @param {string} [message]
   */
  end({ video_id, asker }, outcome, message) {
    this.#become(
      this.#rows.map((row) =>
        row.video_id === video_id && row.asker === asker ? { ...row, outcome, message } : row,
      ),
    );
  }

  /**
   * @param {Row[]} rows
   */
  #become(rows) {
    this.#rows = rows;
    this.#show(KEY, rows);
  }
}

/**
 * @param {Record<string, unknown>} stored
 */
export function askedIn(stored) {
  return /** @type {Row[] | undefined} */ (stored[KEY]) ?? [];
}
