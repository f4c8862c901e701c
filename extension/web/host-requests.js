// What a page of the extension asks of the host and waits for, each with a name of its own.

/**
 * @typedef {import("../types/messages.js").FromHost} FromHost
 * @typedef {import("../types/messages.js").Problem} Problem
 * @typedef {{type: "test-sink", kind: string, place: string} | {type: "diagnose"}} Request
 * @typedef {Extract<FromHost, {type: "sink-tested" | "diagnosis"}>} Answer
 */

/**
 * Why nothing came: `no-host` if the host is not there or has gone, `no-answer` if it does not know the request.
 * @typedef {{type: "error", code: string, message: string, hint?: string}} Failure
 */

/** Longer than the host takes for the slowest. */
const LIMIT_MS = 120_000;

export class HostRequests {
  #host;
  /** @type {Map<string, (answer: Answer | Failure) => void>} Who waits, by the request's name. */
  #waiting = new Map();

  /**
   * @param {Pick<import("./host-port.js").HostPort, "isReady" | "post">} host
   */
  constructor(host) {
    this.#host = host;
  }

  /**
   * @param {Request} request
   * @returns {Promise<Answer | Failure>}
   */
  async ask(request) {
    if (!this.#host.isReady) return failure("no-host");
    const id = `ask-${crypto.randomUUID()}`;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    /** @type {Promise<Answer | Failure>} */
    const answer = new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      timer = setTimeout(() => resolve(failure("no-answer")), LIMIT_MS);
    });
    this.#host.post({ ...request, id });
    const answered = await answer;
    clearTimeout(timer);
    this.#waiting.delete(id);
    return answered;
  }

  /**
   * Takes an answer. Says whether it was one.
   * @param {FromHost} message
   */
  take(message) {
    if (message.type !== "sink-tested" && message.type !== "diagnosis" && message.type !== "error") return false;
    const resolve = message.id === undefined ? undefined : this.#waiting.get(message.id);
    if (resolve === undefined) return false;
    resolve(message);
    return true;
  }

  /** The host has gone: nothing that was asked of it is answered any more. */
  lost() {
    for (const resolve of this.#waiting.values()) resolve(failure("no-host"));
  }
}

/**
 * @param {string} code
 * @returns {Failure}
 */
function failure(code) {
  return { type: "error", code, message: code };
}
