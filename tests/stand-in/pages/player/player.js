// The player. At each event it sends the scenario's requests, one after the other.
import { after } from "../page/up-next.js";
import { AdBreak } from "./ad-break.js";
import { mediaOf, ownMedia } from "./media.js";
import { newPlaying } from "./playing.js";
import { Repeating } from "./repeating.js";
import { requests } from "./requests.js";
import { Script } from "./script.js";

/** @typedef {import("../page/buffer.js").Supply} Supply */
/** @typedef {import("./playing.js").Playing} Playing */
/** @typedef {import("./script.js").EventWord} EventWord */
/** @typedef {import("./script.js").Step} Step */
/** @typedef {import("../page/page-data.js").Ad} Ad */
/** @typedef {import("../page/page-data.js").PageData} PageData */
/** @typedef {import("../page/page-data.js").Video} Video */
/** @typedef {import("../page/stage.js").Stage} Stage */
/** @typedef {import("./token.js").Mint} Mint */

/**
 * The result of one request.
 * @typedef {object} Sent
 * @property {Step} step
 * @property {Video} video
 * @property {import("./send.js").Answer["status"] | Error} result
 */

/** @type {Step["request"][]} */
const MEDIA = ["sabr", "media-url"];

const OK = 200;

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
  /** The ad that plays now. @type {AdBreak | undefined} */
  #ad;
  /** @type {Script | undefined} */
  #adScript;
  /** The playback of the next video, if something was asked ahead for it. @type {Playing | undefined} */
  #prepared;
  #repeating;
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
    stage.playback.addEventListener("open", () => this.#fetchMedia());
    stage.playback.addEventListener("begin", () => this.#begin());
    // After the listener above: what repeats follows what is sent once.
    this.#repeating = new Repeating(stage.playback);
    stage.playback.addEventListener("end", () => void this.#happen("end"));
    stage.playback.video.addEventListener("timeupdate", () => this.#ad?.show(stage.playback.playedMs));
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
    this.#ad = new AdBreak(ad, this.#newPlaying(ad.video, location.href), script, this.stage.player);
    this.stage.player.showTitle();
  }

  /** Plays the page's video from now on. */
  closeAd() {
    this.#repeating.stop();
    this.#ad?.unmark();
    this.#ad = undefined;
  }

  /** Plays nothing any more. */
  close() {
    this.#repeating.stop();
    this.#playing = undefined;
  }

  /** What the player's element says that it plays. */
  get #named() {
    return this.#ad?.named ? this.#ad.playing : this.#playing;
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
   */
  #newPlaying(video, referer) {
    return newPlaying({ page: this.#page, mint: this.#mint, video, referer }, this.stage.playback);
  }

  #begin() {
    void this.#happen("play");
    if (this.stage.captions.shown) void this.#happen("captions");
  }

  /** What plays now, with its requests. */
  get #now() {
    return this.#ad ?? (this.#playing && { playing: this.#playing, script: this.#script });
  }

  /**
   * @param {EventWord} event
   * @returns {Promise<void>} settled when the last of the event's requests was answered
   */
  #happen(event) {
    const now = this.#now;
    if (now) for (const step of now.script.steps(event)) this.#follow(step, now.playing);
    return this.#sending;
  }

  /** The media source is open. Its buffer asks for media from now on. */
  #fetchMedia() {
    const now = this.#now;
    if (!now) return;
    const { playback } = this.stage;
    /** @type {Step[]} */
    const bring = [];
    for (const step of now.script.steps("media")) {
      const brings = step.about === "this" && MEDIA.includes(step.request);
      if (!brings) this.#follow(step, now.playing);
      else if (bring.push(step) === 1) playback.feed(() => this.#ask(bring, now.playing));
    }
    if (bring.length === 0) playback.feed(async () => ({ media: await ownMedia(), lastsMs: Infinity }));
  }

  /**
   * Asks for media by these steps in turn.
   * @param {Step[]} steps
   * @param {Playing} playing
   * @returns {Promise<Supply | null>}
   */
  async #ask(steps, playing) {
    const [step] = steps;
    if (!step) return null;
    steps.push(...steps.splice(0, 1));
    const body = await this.#queue(step, playing);
    return body && { media: mediaOf(body), lastsMs: step.every_ms ?? Infinity };
  }

  /**
   * Sends a step's request when and as often as the step says.
   * @param {Step} step
   * @param {Playing} playing
   */
  #follow(step, playing) {
    const { delay_ms, every_ms } = step;
    if (delay_ms !== null) setTimeout(() => void (this.#plays(playing) && this.#queue(step, playing)), delay_ms);
    else if (every_ms === null) void this.#queue(step, playing);
    else this.#repeating.add(every_ms, () => this.#queue(step, playing));
  }

  /**
   * @param {Step} step
   * @param {Playing} playing
   */
  #queue(step, playing) {
    const about = this.#about(step, playing);
    const answered = this.#sending.then(() => this.#send(step, about));
    this.#sending = answered.then(() => {});
    return answered;
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
   * @returns {Promise<Uint8Array<ArrayBuffer> | null>} the answer's body, if there is one
   */
  async #send(step, playing) {
    const sent = { ...step, token: this.#tokenOf(step) };
    /** @type {Uint8Array<ArrayBuffer> | null} */
    let body = null;
    /** @type {Sent["result"]} */
    let result;
    try {
      const answer = await requests[step.request].send(sent, playing);
      result = answer.status;
      if (result === OK) body = answer.body;
      if (result === REFUSED) playing.mint.forget(playing.video.id);
      else if (MEDIA.includes(step.request)) this.#countMedia(playing);
    } catch (problem) {
      result = problem instanceof Error ? problem : new Error(String(problem));
    }
    this.#report({ step: sent, video: playing.video, result });
    return body;
  }

  /** @param {Step} step */
  #tokenOf({ token, token_until_playing: before }) {
    return this.stage.playback.begun ? token : (before ?? token);
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
    this.#repeating.stop();
    this.#mint.forget(video.id);
    this.#playing = { ...this.#newPlaying(video, referer), reloaded: true };
    void this.#happen("reload");
    this.#fetchMedia();
  }
}
