// Which of a scenario's steps an event calls for.

/** @typedef {"load" | "move" | "play"} EventWord */
/** @typedef {"player"} RequestWord */

/**
 * @typedef {object} Step
 * @property {RequestWord} request
 * @property {import("./carry.js").CarrierWord} carrier
 * @property {import("./carry.js").BodyWord} body
 * @property {import("./token.js").TokenWord} token
 * @property {"time" | "turn"} every
 */

/** @typedef {Record<EventWord, Step[]>} Events */

export class Script {
  /** @type {Events} */
  #events;
  /** How often each event came. @type {Map<EventWord, number>} */
  #count = new Map();

  /** @param {Events} events */
  constructor(events) {
    this.#events = events;
  }

  /**
   * The steps of this event, this time: those for every time, and one of those that take turns, in the scenario's order.
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
