// An ad that plays before a video, and what the player's element shows of it.

/** @typedef {import("../page/page-data.js").Ad} Ad */
/** @typedef {import("../page/player-element.js").PlayerElement} PlayerElement */
/** @typedef {import("./playing.js").Playing} Playing */
/** @typedef {import("./script.js").Script} Script */

export class AdBreak {
  #ad;
  #element;
  #mark;
  #over = false;
  /** Whether the element names the ad, and not the video to come. */
  named;

  /**
   * @param {Ad} ad
   * @param {Playing} playing the ad's playback
   * @param {Script} script its requests
   * @param {PlayerElement} element
   */
  constructor(ad, playing, script, element) {
    this.#ad = ad;
    this.#element = element;
    this.playing = playing;
    this.script = script;
    this.named = ad.player_names === "ad";
    if (ad.marked_after_ms === 0) element.markAd(true);
    this.#mark = setTimeout(() => element.markAd(true), ad.marked_after_ms);
  }

  /** Shows what is due at this moment of the ad. @param {number} playedMs */
  show(playedMs) {
    const { lasts_ms, video, unmarked_before_ms } = this.#ad;
    if (!this.#over && playedMs >= (lasts_ms ?? video.seconds * 1000) - unmarked_before_ms) this.unmark();
  }

  /** The element is as without an ad, although the ad's media may go on. */
  unmark() {
    clearTimeout(this.#mark);
    this.#over = true;
    this.named = false;
    this.#element.markAd(false);
    this.#element.showTitle();
  }
}
