// Chooses the scenario's steps for an event.

/** @typedef {"load" | "move" | "play" | "captions" | "media" | "reload" | "end"} EventWord */
/** @typedef {"player" | "get-watch" | "reel-item-watch" | "sabr" | "media-url" | "onesie" | "onesie-warm-up" | "heartbeat" | "ad-break" | "timedtext" | "stats"} RequestWord */
/** @typedef {"query" | "query-escaped" | "path"} PotInWord */

/**
 * @typedef {object} Step
 * @property {RequestWord} request
 * @property {"this" | "next" | "content"} about
 * @property {import("./send.js").CarrierWord} carrier
 * @property {import("./bodies.js").BodyWord | null} body
 * @property {import("./token.js").TokenWord} token
 * @property {import("./token.js").TokenWord | null} token_until_playing
 * @property {"time" | "turn"} every
 * @property {number | null} every_ms
 * @property {number | null} delay_ms
 * @property {boolean} cancelled
 * @property {"ANDROID" | "WEB_CREATOR" | null} client
 * @property {"googlevideo.com" | "c.youtube.com" | null} media_host
 * @property {"opaque" | "live" | "hex" | null} media_id
 * @property {boolean} redirected
 * @property {"twice" | "context-last" | "large-numbers" | "empty-context" | null} form
 * @property {PotInWord | null} pot_in
 * @property {"playback" | "qoe" | "watchtime" | "delayplay" | null} report
 * @property {"GET" | "POST" | null} method
 */

/** @typedef {Record<EventWord, Step[]>} Events */

export class Script {
  /** @type {Events} */
  #events;
  /** The number of times that each event came. @type {Map<EventWord, number>} */
  #count = new Map();

  /** @param {Events} events */
  constructor(events) {
    this.#events = events;
  }

  /**
   * The steps of this event: those for every time, and the next one of those that take turns, in the scenario's order.
   * @param {EventWord} event
   * @returns {Step[]}
   */
  steps(event) {
    const count = this.#count.get(event) ?? 0;
    this.#count.set(event, count + 1);
    const steps = this.#events[event];
    const turns = steps.filter((step) => step.every === "turn");
    const turn = turns[count % turns.length];
    return steps.filter((step) => step.every === "time" || step === turn);
  }
}
