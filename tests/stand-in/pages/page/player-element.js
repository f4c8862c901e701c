// The player's element as YouTube's pages have it: what scripts and extensions read to know what plays.
import { element } from "./elements.js";

/** @typedef {import("./page-data.js").PageData} PageData */
/** @typedef {import("./page-data.js").Video} Video */
/** @typedef {import("./playback.js").State} State */
/** @typedef {"movie_player" | "shorts-player" | "inline-preview-player"} PlayerId */

/** The time after which a player of a page whose player is late has its functions. */
const LATE_MS = 2500;

/** What `getPlayerState()` says. @type {Record<State, number>} */
const STATES = { unstarted: -1, ended: 0, playing: 1, paused: 2, buffering: 3, cued: 5 };

export class PlayerElement {
  #page;
  #link = element("a", { class: "ytp-title-link yt-uix-sessionlink", target: "_blank", hidden: "" });
  /** Where the picture is. */
  container = element("div", { class: "html5-video-container" });
  element;
  /** The elements around it, up to the one that a page of another kind hides. */
  root;
  #inner;
  /** @type {() => { video: Video, cpn: string } | undefined} */
  #playing = () => undefined;
  /** @type {State} */
  #state = "cued";

  /**
   * @param {PlayerId} id
   * @param {PageData} page
   */
  constructor(id, page) {
    this.#page = page;
    const title = element("div", { class: "ytp-chrome-top" }, element("div", { class: "ytp-title-text" }, this.#link));
    this.element = element("div", { id, class: "html5-video-player", tabindex: "-1" }, this.container);
    // The mobile site, the music site and Shorts show titles elsewhere.
    if (id === "movie_player" && page.site !== "mobile" && page.site !== "music") this.element.append(title);
    this.#inner = element("div", { class: "around-player" }, this.element);
    this.root = around(id, page, this.#inner);
  }

  /**
   * Gives the element its functions.
   * @param {() => { video: Video, cpn: string } | undefined} playing what the player says that it plays
   */
  says(playing) {
    this.#playing = playing;
    const { playerApi, openedAt } = this.#page;
    const functions = { getVideoData: () => this.#videoData(), getPlayerState: () => STATES[this.#state] };
    const give = () => Object.assign(this.element, functions);
    if (playerApi === "present") give();
    if (playerApi === "late") setTimeout(give, Math.max(0, openedAt + LATE_MS - Date.now()));
  }

  /** Names the video that the player says that it plays. */
  showTitle() {
    const video = this.#playing()?.video;
    this.#link.hidden = video === undefined;
    if (!video) return;
    this.#link.textContent = video.title;
    this.#link.href = `https://www.youtube.com/watch?v=${video.id}`;
  }

  /** @param {boolean} shown */
  markAd(shown) {
    for (const name of ["ad-showing", "ad-interrupting"]) this.element.classList.toggle(name, shown);
  }

  /** @param {State} state */
  showState(state) {
    this.element.classList.remove(`${this.#state}-mode`);
    this.element.classList.add(`${state}-mode`);
    this.#state = state;
  }

  /** Puts it into another place of the page, or back. @param {HTMLElement} [place] */
  moveTo(place = this.#inner) {
    if (this.element.parentElement !== place) place.append(this.element);
  }

  #videoData() {
    const playing = this.#playing();
    return {
      isListed: true,
      video_id: playing?.video.id,
      author: playing ? "The stand-in" : "",
      title: playing?.video.title ?? "",
      isPlayable: true,
      errorCode: null,
      video_quality: "hd720",
      video_quality_features: [],
      backgroundable: false,
      eventId: this.#page.clientScreenNonce,
      cpn: playing?.cpn,
      isLive: playing?.video.obstacle === "live",
      isWindowedLive: false,
      isManifestless: false,
      allowLiveDvr: false,
      isMultiChannelAudio: false,
      hasProgressBarBoundaries: false,
      isPremiere: false,
      itct: "",
      playerResponseCpn: "",
    };
  }
}

/**
 * @param {PlayerId} id
 * @param {PageData} page
 * @param {HTMLElement} inner
 */
function around(id, page, inner) {
  if (id === "inline-preview-player") return custom("ytd-video-preview", inner);
  if (id === "shorts-player") {
    const reel = custom("ytd-reel-video-renderer", inner);
    reel.setAttribute("is-active", "");
    return custom("ytd-shorts", reel);
  }
  return page.site === "www" && !page.embedded ? custom("ytd-watch-flexy", inner) : inner;
}

/**
 * One of the page's own elements.
 * @param {string} name
 * @param {HTMLElement} child
 * @returns {HTMLElement}
 */
function custom(name, child) {
  const made = document.createElement(name);
  made.append(child);
  return made;
}
