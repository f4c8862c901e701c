// A video's clock. It runs, pauses and ends, also in a hidden tab.

export class Playback extends EventTarget {
  #lastsMs = 0;
  #playedMs = 0;
  /** @type {number | undefined} */
  #since;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #begun = false;

  /**
   * A new video, paused at its beginning.
   * @param {number} lastsMs its length
   */
  open(lastsMs) {
    this.pause();
    this.#lastsMs = lastsMs;
    this.#playedMs = 0;
    this.#begun = false;
  }

  get paused() {
    return this.#since === undefined;
  }

  /** The time that it has played. */
  get playedMs() {
    const running = this.#since === undefined ? 0 : performance.now() - this.#since;
    return Math.min(this.#lastsMs, this.#playedMs + running);
  }

  /** The part that was played, from 0 to 1. */
  get progress() {
    return this.playedMs / this.#lastsMs;
  }

  /** Continues, or restarts after the end. Fires `begin` the first time. */
  play() {
    if (!this.paused) return;
    if (this.progress >= 1) this.#playedMs = 0;
    this.#since = performance.now();
    this.#timer = setTimeout(() => this.#end(), this.#lastsMs - this.#playedMs);
    this.dispatchEvent(new Event("change"));
    if (this.#begun) return;
    this.#begun = true;
    this.dispatchEvent(new Event("begin"));
  }

  pause() {
    clearTimeout(this.#timer);
    if (this.#since === undefined) return;
    this.#playedMs = this.playedMs;
    this.#since = undefined;
    this.dispatchEvent(new Event("change"));
  }

  #end() {
    this.pause();
    this.#playedMs = this.#lastsMs;
    this.dispatchEvent(new Event("change"));
    this.dispatchEvent(new Event("end"));
  }
}
