// The video on the page: the moving picture, with the button and the bar below it.
import { draw, landscape } from "./art.js";
import { Captions } from "./captions.js";
import { clock, element } from "./elements.js";
import { Playback } from "./playback.js";

/** @typedef {import("./page-data.js").Video} Video */
/** @typedef {import("./player-element.js").PlayerElement} PlayerElement */

/** The picture needs no more, and tests share the processor with it. */
const FRAMES_PER_SECOND = 8;

const PLAY = "M8 5v14l11-7z";
const PAUSE = "M7 5h4v14H7zM13 5h4v14h-4z";

export class Stage {
  playback = new Playback();
  captions = new Captions();
  #canvas = element("canvas", { width: "1280", height: "720", role: "img" });
  #icon = document.createElementNS("http://www.w3.org/2000/svg", "path");
  #button = element("button", { id: "play", type: "button" });
  #cc = element("button", { id: "captions", type: "button", "aria-label": "Captions", "aria-pressed": "false" }, "CC");
  #bar = element("progress", { id: "progress", max: "1", value: "0", "aria-label": "Played so far" });
  #time = element("span", { class: "time" });
  #land = landscape("");
  #seconds = 0;
  #drawn = 0;

  /** @param {PlayerElement} player where it is shown */
  constructor(player) {
    this.player = player;
    const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    icon.setAttribute("viewBox", "0 0 24 24");
    icon.append(this.#icon);
    this.#button.append(icon);
    player.container.append(this.playback.video, this.#canvas);
    player.element.append(element("div", { class: "controls" }, this.#button, this.#bar, this.#time, this.#cc));
    this.#button.addEventListener("click", () => (this.playback.playing ? this.playback.pause() : this.playback.play()));
    this.#cc.addEventListener("click", () => {
      this.captions.toggle();
      this.#cc.setAttribute("aria-pressed", String(this.captions.shown));
    });
    this.playback.addEventListener("change", () => this.#show());
  }

  /**
   * @param {Video} video
   * @param {number | null} lastsMs the time that it plays, if that is not its own length
   */
  open(video, lastsMs) {
    this.#land = landscape(video.id);
    this.#seconds = video.seconds;
    this.#canvas.setAttribute("aria-label", video.title);
    this.playback.open(lastsMs ?? video.seconds * 1000);
    this.#show();
  }

  /** Shows an error instead of a video. @param {string} message */
  fail(message) {
    this.playback.close();
    this.player.element.replaceChildren(element("p", { class: "failure" }, message));
  }

  /**
   * Whether its controls are the page's.
   *
   * A page has one player with controls at a time. So each id is there once.
   * @param {boolean} current
   */
  set current(current) {
    for (const [name, control] of Object.entries({ play: this.#button, captions: this.#cc, progress: this.#bar })) {
      control.id = current ? name : "";
    }
  }

  #show() {
    const { playing, begun, state, progress, playedMs } = this.playback;
    this.player.showState(state);
    this.#icon.setAttribute("d", playing ? PAUSE : PLAY);
    this.#button.setAttribute("aria-label", playing ? "Pause" : "Play");
    this.#button.classList.toggle("waiting", !begun);
    const at = progress * this.#seconds;
    this.#bar.value = progress;
    this.#time.textContent = `${clock(at)} / ${clock(this.#seconds)}`;
    const context = this.#canvas.getContext("2d");
    if (context) draw(context, this.#land, playedMs / 1000);
    if (playing) requestAnimationFrame((now) => this.#frame(now));
  }

  /** @param {number} now */
  #frame(now) {
    if (!this.playback.playing) return;
    if (now - this.#drawn < 1000 / FRAMES_PER_SECOND) {
      requestAnimationFrame((next) => this.#frame(next));
      return;
    }
    this.#drawn = now;
    this.#show();
  }
}
