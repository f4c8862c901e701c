// The player. At each event it sends the scenario's requests, one after the other.
import { after } from "../page/up-next.js";
import { newCpn } from "./random.js";
import { requests } from "./requests.js";
import { Script } from "./script.js";
import { Mint } from "./token.js";

/** @typedef {import("./script.js").EventWord} EventWord */
/** @typedef {import("./script.js").Step} Step */
/** @typedef {import("../page/page-data.js").Ad} Ad */
/** @typedef {import("../page/page-data.js").PageData} PageData */
/** @typedef {import("../page/page-data.js").Video} Video */
/** @typedef {import("../page/stage.js").Stage} Stage */

/**
 * One playback of one video.
 * @typedef {object} Playing
 * @property {PageData} page
 * @property {Mint} mint
 * @property {Video} video
 * @property {string} cpn
 * @property {string} referer the page before
 * @property {string} serverId the video's id in media URLs
 * @property {number} requestNumber the number of requests to the media hosts
 * @property {() => number} playedMs
 */

/**
 * The result of one request.
 * @typedef {object} Sent
 * @property {Step} step
 * @property {Video} video
 * @property {import("./send.js").SendResult | Error} result
 */

/** The answer of a media host to an expired token. */
const REFUSED = 403;

export class Player {
  #page;
  #stage;
  #mint;
  #report;
  /** The requests for the page's own videos. */
  #script;
  /** @type {Playing | undefined} */
  #playing;
  /** The ad that plays now. @type {{ playing: Playing, script: Script } | undefined} */
  #ad;
  /** @type {Script | undefined} */
  #adScript;
  /** The playback of the next video, if something was asked ahead for it. @type {Playing | undefined} */
  #prepared;
  /** @type {ReturnType<typeof setInterval>[]} */
  #repeating = [];
  /** @type {Promise<void>} */
  #sending = Promise.resolve();

  /**
   * @param {PageData} page
   * @param {Stage} stage
   * @param {(sent: Sent) => void} report
   */
  constructor(page, stage, report) {
    this.#page = page;
    this.#stage = stage;
    this.#report = report;
    this.#script = new Script(page.events);
    this.#mint = new Mint({ byVideo: page.boundToVideo, session: page.contentBinding });
    stage.playback.addEventListener("begin", () => this.#begin());
    stage.playback.addEventListener("end", () => void this.#happen("end"));
    stage.captions.addEventListener("show", () => void this.#happen("captions"));
  }

  /**
   * A page was loaded with this video on it.
   * @param {Video} video
   */
  load(video) {
    this.#open(video, document.referrer);
    return this.#happen("load");
  }

  /**
   * The page moved to this video without a load.
   * @param {Video} video
   * @param {string} referer
   */
  move(video, referer) {
    this.#open(video, referer);
    return this.#happen("move");
  }

  /**
   * Plays this ad from now on.
   * @param {Ad} ad
   */
  openAd(ad) {
    const script = (this.#adScript ??= new Script(ad.on));
    this.#ad = { playing: this.#newPlaying(ad.video, location.href), script };
  }

  /** Plays the page's video from now on. */
  closeAd() {
    this.#stopRepeating();
    this.#ad = undefined;
  }

  get showsAd() {
    return this.#ad !== undefined;
  }

  /**
   * @param {Video} video
   * @param {string} referer
   */
  #open(video, referer) {
    this.closeAd();
    const prepared = this.#prepared;
    this.#prepared = undefined;
    this.#playing = prepared?.video === video ? { ...prepared, referer } : this.#newPlaying(video, referer);
  }

  /**
   * @param {Video} video
   * @param {string} referer
   * @returns {Playing}
   */
  #newPlaying(video, referer) {
    const { playback } = this.#stage;
    return {
      page: this.#page,
      mint: this.#mint,
      video,
      cpn: newCpn(),
      referer,
      serverId: `o-A${newCpn()}${newCpn()}`,
      requestNumber: 0,
      playedMs: () => playback.playedMs,
    };
  }

  #begin() {
    void this.#happen("play");
    if (this.#stage.captions.shown) void this.#happen("captions");
    void this.#happen("media");
  }

  /**
   * @param {EventWord} event
   * @returns {Promise<void>} settled when the last of the event's requests was answered
   */
  #happen(event) {
    const now = this.#ad ?? (this.#playing && { playing: this.#playing, script: this.#script });
    if (now) {
      const { playing, script } = now;
      for (const step of script.steps(event)) {
        void this.#queue(step, playing);
        if (step.every_ms !== null) this.#repeat(step, playing, step.every_ms);
      }
    }
    return this.#sending;
  }

  /**
   * @param {Step} step
   * @param {Playing} playing
   * @param {number} everyMs
   */
  #repeat(step, playing, everyMs) {
    let waiting = false;
    const again = async () => {
      // Requests must not pile up if the answers are slower than the timer.
      if (waiting || this.#stage.playback.paused) return;
      waiting = true;
      await this.#queue(step, playing);
      waiting = false;
    };
    this.#repeating.push(setInterval(() => void again(), everyMs));
  }

  #stopRepeating() {
    for (const timer of this.#repeating) clearInterval(timer);
    this.#repeating = [];
  }

  /**
   * @param {Step} step
   * @param {Playing} playing
   */
  #queue(step, playing) {
    const about = step.about === "next" ? this.#prepare(playing) : playing;
    this.#sending = this.#sending.then(() => this.#send(step, about));
    return this.#sending;
  }

  /**
   * The playback of the video after this one, which begins when the page moves there.
   * @param {Playing} playing
   */
  #prepare({ video }) {
    const next = after(this.#page.videos, video);
    if (this.#prepared?.video !== next) this.#prepared = this.#newPlaying(next, location.href);
    return this.#prepared;
  }

  /**
   * @param {Step} step
   * @param {Playing} playing
   */
  async #send(step, playing) {
    /** @type {Sent["result"]} */
    let result;
    try {
      result = await requests[step.request].send(step, playing);
      if (result === REFUSED) playing.mint.forget(playing.video.id);
    } catch (problem) {
      result = problem instanceof Error ? problem : new Error(String(problem));
    }
    this.#report({ step, video: playing.video, result });
  }
}
