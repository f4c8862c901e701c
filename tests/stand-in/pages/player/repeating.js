// Requests that are sent again and again while a video really plays.

/** @typedef {import("../page/playback.js").Playback} Playback */

export class Repeating {
  #playback;
  /** @type {ReturnType<typeof setInterval>[]} */
  #timers = [];
  /** What begins when the video really plays. @type {(() => void)[]} */
  #waiting = [];

  /** @param {Playback} playback */
  constructor(playback) {
    this.#playback = playback;
    playback.addEventListener("begin", () => {
      for (const begin of this.#waiting.splice(0)) begin();
    });
  }

  /**
   * Sends now, or when the video begins, and then again and again.
   * @param {number} everyMs
   * @param {() => Promise<unknown>} send
   */
  add(everyMs, send) {
    if (this.#playback.begun) this.#begin(everyMs, send);
    else this.#waiting.push(() => this.#begin(everyMs, send));
  }

  /** Sends nothing any more. */
  stop() {
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers = [];
    this.#waiting = [];
  }

  /**
   * @param {number} everyMs
   * @param {() => Promise<unknown>} send
   */
  #begin(everyMs, send) {
    let unanswered = false;
    const again = async () => {
      // Requests must not pile up if the answers are slower than the timer.
      if (unanswered || !this.#playback.playing) return;
      unanswered = true;
      await send();
      unanswered = false;
    };
    void again();
    this.#timers.push(setInterval(() => void again(), everyMs));
  }
}
