// The field report, "What the player sent": how the player's requests are built, collected while the user has it on. It is
// in this script's memory and nowhere else, and ends with it.

/** How long it stays on. */
const LASTS_MS = 30 * 60_000;

/**
 * `until`: until when it collects, in milliseconds since 1970; null if it is off. `count`: the requests that were taken in.
 * `text`: the report, as it is copied; empty if there is none.
 * @typedef {{until: number | null, count: number, text: string}} FieldReportState
 * @typedef {"look" | "start" | "stop" | "clear"} FieldReportAction
 */

/** @typedef {import("./observer.js").Observer["wasm"]} Wasm */

export class FieldReport {
  /** @type {number | null} */
  #until = null;
  #count = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #observer;
  #listener;

  /**
   * @param {Promise<{wasm: Pick<Wasm, "fieldReport" | "addShape" | "readFieldReport">}>} observer
   * @param {Pick<import("./listen.js").Listener, "onRead">} listener
   */
  constructor(observer, listener) {
    this.#observer = observer;
    this.#listener = listener;
  }

  /**
   * Does what the options page asks, and says how the report is then.
   * @param {FieldReportAction} action
   * @returns {Promise<FieldReportState>}
   */
  async act(action) {
    const { wasm } = await this.#observer;
    if (action === "start") this.#start(wasm);
    else if (action === "stop") this.#stop(wasm);
    else if (action === "clear") this.#clear(wasm);
    return { until: this.#until, count: this.#count, text: this.#count > 0 ? wasm.readFieldReport() : "" };
  }

  /**
   * @param {Pick<Wasm, "fieldReport" | "addShape">} wasm
   */
  #start(wasm) {
    clearTimeout(this.#timer);
    if (this.#until === null) this.#count = 0;
    wasm.fieldReport(true);
    this.#until = Date.now() + LASTS_MS;
    this.#timer = setTimeout(() => this.#stop(wasm), LASTS_MS);
    this.#listener.onRead = ({ url, method }, body, page) => {
      this.#count += 1;
      wasm.addShape(url, method, body, page);
    };
  }

  /**
   * @param {Pick<Wasm, "fieldReport">} wasm
   */
  #stop(wasm) {
    clearTimeout(this.#timer);
    this.#until = null;
    this.#listener.onRead = undefined;
    wasm.fieldReport(false);
  }

  /**
   * Switched on anew, it is empty.
   * @param {Pick<Wasm, "fieldReport">} wasm
   */
  #clear(wasm) {
    this.#count = 0;
    wasm.fieldReport(false);
    wasm.fieldReport(true);
    wasm.fieldReport(this.#until !== null);
  }
}
