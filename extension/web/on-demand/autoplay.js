// Pages whose `play()` the browser refuses, because they have sound and nobody has touched them: both browsers do so by
// default, and both let play what is muted.

/** How long a page that has all that it needs stays paused before it counts as refused. Milliseconds. */
const REFUSED_MS = 500;
/** How long it has to play once it is muted. Milliseconds. */
const MUTED_MS = 3000;

export class Autoplay {
  /** @type {number | undefined} When it was first seen to be paused. */
  #pausedAt;
  /** @type {number | undefined} When it was muted. */
  #mutedAt;
  #tab;
  #videoId;

  /**
   * @param {number} tab One that was opened for a token request. No other is ever muted.
   * @param {string} videoId
   */
  constructor(tab, videoId) {
    this.#tab = tab;
    this.#videoId = videoId;
  }

  /**
   * The page was looked at. If its `play()` was refused, it is muted and plays again: not before, since Chromium (156) pauses
   * in hidden tabs what was muted all the time.
   * @param {{paused: boolean, plays: boolean}} state
   * @returns {boolean} Whether it does not play muted either.
   */
  onLook({ paused, plays }) {
    if (plays) this.#mutedAt = undefined;
    if (!paused) {
      this.#pausedAt = undefined;
      return false;
    }
    const now = Date.now();
    this.#pausedAt ??= now;
    if (now - this.#pausedAt < REFUSED_MS) return false;
    this.#mutedAt ??= now;
    void this.#playMuted();
    return now - this.#mutedAt >= MUTED_MS;
  }

  async #playMuted() {
    const target = { tabId: this.#tab };
    // A page that is gone by now needs nothing.
    await chrome.scripting.executeScript({ target, func: playMuted, args: [this.#videoId] }).catch(() => {});
  }
}

/**
 * Runs in the page, in the extension's own world, and stands alone. The page does not hear that it is muted: its player would
 * keep that as what the user wants of every video.
 * @param {string} videoId
 */
function playMuted(videoId) {
  if (!location.href.includes(videoId)) return;
  const media = /** @type {HTMLMediaElement[]} */ ([...document.querySelectorAll("video, audio")].slice(0, 12));
  for (const one of media) {
    if (!one.paused || one.currentTime > 0 || one.readyState < 2 || one.muted) continue;
    const hide = (/** @type {Event} */ event) => {
      if (event.target !== one) return;
      event.stopImmediatePropagation();
      removeEventListener("volumechange", hide, true);
    };
    addEventListener("volumechange", hide, true);
    one.muted = true;
    one.play().catch(() => {});
  }
}
