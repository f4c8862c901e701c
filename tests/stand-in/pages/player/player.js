// The player. At each event it sends the scenario's requests, one after the other.
import { after } from "../page/up-next.js";
import { newCpn } from "./random.js";
import { requests } from "./requests.js";
import { Script } from "./script.js";

/** @typedef {import("./script.js").EventWord} EventWord */
/** @typedef {import("./script.js").Step} Step */
/** @typedef {import("../page/page-data.js").Ad} Ad */
/** @typedef {import("../page/page-data.js").PageData} PageData */
/** @typedef {import("../page/page-data.js").Video} Video */
/** @typedef {import("../page/stage.js").Stage} Stage */
/** @typedef {import("./token.js").Mint} Mint */

/**
 * One playback of one video.
 * @typedef {object} Playing
 * @property {PageData} page
 * @property {Mint} mint
 * @property {Video} video
 * @property {string} cpn
 * @property {string} referer the page before
 * @property {string} serverId the video's id in media URLs
 * @property {number} requestNumber `rn` of the last request to the media hosts
 * @property {number} mediaRequests the number of media requests that were answered
 * @property {boolean} reloaded whether it replaces another playback of the same video in place
 * @property {() => number} playedMs
 */

/**
 * The result of one request.
 * @typedef {object} Sent
 * @property {Step} step
 * @property {Video} video
 * @property {import("./send.js").SendResult | Error} result
 */

/** @type {Step["request"][]} */
const MEDIA = ["sabr", "media-url"];

/** The answer of a media host to an expired token. */
const REFUSED = 403;

export class Player {
  stage;
  #page;
  #mint;
  #report;
  /** The requests for the page's own videos. */
  #script;
  /** @type {Playing | undefined} */
  #playing;
  /**
   * The ad that plays now, and whether the player's element already is as without it.
   * @type {{ playing: Playing, script: Script, unmarked: boolean, timers: ReturnType<typeof setTimeout>[] } | undefined}
   */
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
   * @param {Mint} mint
   * @param {Stage} stage
   * @param {(sent: Sent) => void} report
   */
  constructor(page, mint, stage, report) {
    this.#page = page;
    this.#mint = mint;
    this.stage = stage;
    this.#report = report;
    this.#script = new Script(page.events);
    stage.player.says(() => this.#named);
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
    const { player } = this.stage;
    const lastsMs = ad.lasts_ms ?? ad.video.seconds * 1000;
    const mark = setTimeout(() => player.markAd(true), ad.marked_after_ms);
    if (ad.marked_after_ms === 0) player.markAd(true);
    const unmark = setTimeout(() => this.#unmarkAd(), lastsMs - ad.unmarked_before_ms);
    const playing = this.#newPlaying(ad.video, location.href);
    this.#ad = { playing, script, unmarked: ad.player_names === "content", timers: [mark, unmark] };
    player.showTitle();
  }

  /** The player's element is as without an ad, although the ad's media go on. */
  #unmarkAd() {
    if (this.#ad) this.#ad.unmarked = true;
    this.stage.player.markAd(false);
    this.stage.player.showTitle();
  }

  /** Plays the page's video from now on. */
  closeAd() {
    this.#stopRepeating();
    for (const timer of this.#ad?.timers ?? []) clearTimeout(timer);
    this.#ad = undefined;
    this.#unmarkAd();
  }

  /** Plays nothing any more. */
  close() {
    this.#stopRepeating();
    this.#playing = undefined;
  }

  /** What the player's element says that it plays. */
  get #named() {
    return this.#ad && !this.#ad.unmarked ? this.#ad.playing : this.#playing;
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
    this.stage.player.showTitle();
  }

  /**
   * @param {Video} video
   * @param {string} referer
   * @returns {Playing}
   */
  #newPlaying(video, referer) {
    const { playback } = this.stage;
    return {
      page: this.#page,
      mint: this.#mint,
      video,
      cpn: newCpn(),
      referer,
      serverId: `o-A${newCpn()}${newCpn()}`,
      requestNumber: this.#page.firstRequestNumber - 1,
      mediaRequests: 0,
      reloaded: false,
      playedMs: () => playback.playedMs,
    };
  }

  #begin() {
    void this.#happen("play");
    if (this.stage.captions.shown) void this.#happen("captions");
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
        if (step.delay_ms === null) void this.#queue(step, playing);
        else setTimeout(() => void (this.#plays(playing) && this.#queue(step, playing)), step.delay_ms);
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
      if (waiting || this.stage.playback.paused) return;
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
    const about = this.#about(step, playing);
    this.#sending = this.#sending.then(() => this.#send(step, about));
    return this.#sending;
  }

  /** Whether this playback has not ended. @param {Playing} playing */
  #plays(playing) {
    return playing === this.#playing || playing === this.#ad?.playing;
  }

  /**
   * The playback that a step is for.
   * @param {Step} step
   * @param {Playing} playing
   */
  #about({ about }, playing) {
    if (about === "next") return this.#prepare(playing);
    return about === "content" && this.#playing ? this.#playing : playing;
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
      else if (MEDIA.includes(step.request)) this.#countMedia(playing);
    } catch (problem) {
      result = problem instanceof Error ? problem : new Error(String(problem));
    }
    this.#report({ step, video: playing.video, result });
  }

  /**
   * Makes another token or reloads the playback, if that is due after this media request.
   * @param {Playing} playing
   */
  #countMedia(playing) {
    const { renewAfter, reloadAfter } = this.#page;
    playing.mediaRequests += 1;
    if (renewAfter !== null && playing.mediaRequests % renewAfter === 0) playing.mint.forget(playing.video.id);
    if (playing.mediaRequests === reloadAfter && playing === this.#playing && !playing.reloaded) this.#reload(playing);
  }

  /**
   * Begins the playback of a video anew in place, as the player does when its media are refused.
   * @param {Playing} playing
   */
  #reload({ video, referer }) {
    this.#stopRepeating();
    this.#mint.forget(video.id);
    this.#playing = { ...this.#newPlaying(video, referer), reloaded: true };
    void this.#happen("reload");
    void this.#happen("media");
  }
}
