// The player: at each event it sends what the scenario says, one request after the other.
import { sendPlayer } from "./innertube.js";
import { newCpn } from "./random.js";
import { Script } from "./script.js";
import { Mint } from "./token.js";

/** @typedef {import("./script.js").EventWord} EventWord */
/** @typedef {import("./script.js").RequestWord} RequestWord */
/** @typedef {import("./script.js").Step} Step */
/** @typedef {import("../page/page-data.js").PageData} PageData */
/** @typedef {import("../page/page-data.js").Video} Video */

/**
 * One playback of one video.
 * @typedef {object} Playing
 * @property {PageData} page
 * @property {Mint} mint
 * @property {Video} video
 * @property {string} cpn
 * @property {string} referer the page before
 */

/**
 * What became of one request.
 * @typedef {object} Sent
 * @property {Step} step
 * @property {Video} video
 * @property {number | Error} outcome the answer's status, or why there is none
 */

/** @type {Record<RequestWord, (step: Step, playing: Playing) => Promise<number>>} */
const requests = { player: sendPlayer };

export class Player {
  #page;
  #script;
  #mint;
  #report;
  /** @type {Playing | undefined} */
  #playing;
  /** @type {Promise<void>} */
  #sending = Promise.resolve();

  /**
   * @param {PageData} page
   * @param {(sent: Sent) => void} report
   */
  constructor(page, report) {
    this.#page = page;
    this.#report = report;
    this.#script = new Script(page.events);
    this.#mint = new Mint({ byVideo: page.boundToVideo, session: page.sessionBinding });
  }

  /**
   * A page was loaded with this video on it.
   * @param {Video} video
   */
  load(video) {
    this.#playing = this.#begin(video, document.referrer);
    return this.#happen("load");
  }

  /**
   * The page moved to this video without a load.
   * @param {Video} video
   * @param {string} referer
   */
  move(video, referer) {
    this.#playing = this.#begin(video, referer);
    return this.#happen("move");
  }

  /** The video began to play. */
  play() {
    return this.#happen("play");
  }

  /**
   * @param {Video} video
   * @param {string} referer
   * @returns {Playing}
   */
  #begin(video, referer) {
    return { page: this.#page, mint: this.#mint, video, cpn: newCpn(), referer };
  }

  /**
   * @param {EventWord} event
   * @returns {Promise<void>} done when the last of the event's requests was answered
   */
  #happen(event) {
    const playing = this.#playing;
    if (playing) {
      for (const step of this.#script.steps(event)) {
        this.#sending = this.#sending.then(() => this.#send(step, playing));
      }
    }
    return this.#sending;
  }

  /**
   * @param {Step} step
   * @param {Playing} playing
   */
  async #send(step, playing) {
    /** @type {number | Error} */
    let outcome;
    try {
      outcome = await requests[step.request](step, playing);
    } catch (problem) {
      outcome = problem instanceof Error ? problem : new Error(String(problem));
    }
    this.#report({ step, video: playing.video, outcome });
  }
}
