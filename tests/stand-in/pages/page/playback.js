// A video that plays in its element. Whether it opens its media and plays is the browser's decision.
import { Buffer } from "./buffer.js";
import { element } from "./elements.js";

/** @typedef {import("./buffer.js").Ask} Ask */
/** @typedef {"unstarted" | "ended" | "playing" | "paused" | "buffering" | "cued"} State */

/**
 * It fires `open` when its media source is open, `begin` when it really plays for the first time, `end` when it came to its
 * end, and `change`.
 */
export class Playback extends EventTarget {
  video = element("video", { class: "video-stream html5-main-video", tabindex: "-1", playsinline: "" });
  /** @type {Buffer | undefined} */
  #buffer;
  #lastsMs = 0;
  #begun = false;
  #playing = false;

  constructor() {
    super();
    const { video } = this;
    video.addEventListener("playing", () => this.#plays());
    for (const name of ["pause", "waiting", "emptied", "error"]) video.addEventListener(name, () => this.#playsNot());
    video.addEventListener("ended", () => {
      this.#playsNot();
      this.dispatchEvent(new Event("end"));
    });
  }

  /**
   * A new video, of which nothing is fetched until it is to play.
   * @param {number} lastsMs its length
   */
  open(lastsMs) {
    this.close();
    this.#lastsMs = lastsMs;
    this.#begun = false;
  }

  /** Plays nothing any more. */
  close() {
    this.#playsNot();
    if (!this.#buffer) return;
    this.#buffer.close();
    this.#buffer = undefined;
    this.video.removeAttribute("src");
    this.video.load();
  }

  /** Whether it is not meant to play. */
  get paused() {
    return this.video.paused;
  }

  /** Whether its picture moves. */
  get playing() {
    return this.#playing;
  }

  /** Whether it has really played. */
  get begun() {
    return this.#begun;
  }

  /** @returns {State} */
  get state() {
    if (!this.#buffer) return "cued";
    if (this.#playing) return "playing";
    if (this.video.ended) return "ended";
    if (!this.video.paused) return "buffering";
    return this.#begun ? "paused" : "unstarted";
  }

  /** The moment that it plays, from its beginning. */
  get playedMs() {
    return this.#buffer ? this.video.currentTime * 1000 : 0;
  }

  /** The length of what was fetched, from its beginning. */
  get fetchedMs() {
    return this.#buffer?.filledMs ?? 0;
  }

  /** The part that was played, from 0 to 1. */
  get progress() {
    return Math.min(1, this.playedMs / this.#lastsMs);
  }

  /** Asks the browser to play. It may refuse, or wait. */
  play() {
    this.#buffer ??= new Buffer(this.video, this.#lastsMs, () => this.dispatchEvent(new Event("open")));
    // Refused, or replaced by another video. Either way nothing plays.
    this.video.play().catch(() => this.#playsNot());
    this.dispatchEvent(new Event("change"));
  }

  pause() {
    this.video.pause();
  }

  /** Whom to ask for its media. @param {Ask} ask */
  feed(ask) {
    this.#buffer?.feed(ask);
  }

  #plays() {
    this.#playing = true;
    this.dispatchEvent(new Event("change"));
    if (this.#begun) return;
    this.#begun = true;
    this.dispatchEvent(new Event("begin"));
  }

  #playsNot() {
    this.#playing = false;
    this.dispatchEvent(new Event("change"));
  }
}
