// The last token requests and how they ended, for the options page. The popup shows the newest.

import { tokenRequests } from "../storage.js";

const MOST = 50;

/** @typedef {import("./token-request.js").TokenRequest} TokenRequest */

/**
 * `consent`: it waits for the user's answer whether videos may be opened. `lost`: the connection to the host ended, or the browser stopped this script, before there was an answer.
 * @typedef {"consent" | "waiting" | "captured" | "lost" | import("./token-request-error.js").Code} State
 *
 * `message` says why there is no token. If a client requests the same video again, both requests share one row.
 * @typedef {{video_id: string, client: string, at: number, state: State, message?: string}} Row
 */

export class RequestHistory {
  /** @type {Row[]} The newest first. */
  #rows = [];
  #onWaiting;

  /**
   * @param {(isWaiting: boolean) => void} [onWaiting] Hears at each change whether a request waits for its token.
   */
  constructor(onWaiting = () => {}) {
    this.#onWaiting = onWaiting;
  }

  /** Takes up what this script had before the browser stopped it. */
  async load() {
    const rows = await tokenRequests.get();
    if (rows.length === 0) return;
    this.#change(rows.map((row) => (isOver(row) ? row : { ...row, state: "lost" })));
  }

  /**
   * @param {TokenRequest} request
   * @param {"waiting" | "consent"} state
   */
  add(request, state) {
    const { video_id, client, since } = request;
    const others = this.#rows.filter((row) => !isFor(row, request));
    /** @type {Row} */
    const row = { video_id, client, at: since, state };
    this.#change([row, ...others].slice(0, MOST));
  }

  /**
   * How a request ended, or how it stands now.
   * @param {TokenRequest} request
   * @param {State} state
   * @param {string} [message]
   */
  end(request, state, message) {
    this.#change(this.#rows.map((row) => (isFor(row, request) ? { ...row, state, message } : row)));
  }

  /**
   * @param {Row[]} rows
   */
  #change(rows) {
    this.#rows = rows;
    this.#onWaiting(rows.some(({ state }) => state === "waiting"));
    void tokenRequests.set(rows);
  }
}

/**
 * @param {Row} row
 */
function isOver({ state }) {
  return state !== "waiting" && state !== "consent";
}

/**
 * @param {Row} row
 * @param {TokenRequest} request
 */
function isFor(row, { video_id, client }) {
  return row.video_id === video_id && row.client === client;
}
