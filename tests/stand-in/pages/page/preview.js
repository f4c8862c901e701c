// A preview: on the start page of www a video plays small, without sound, while a pointer is over it.
import { Player } from "../player/player.js";
import { PlayerElement } from "./player-element.js";
import { Stage } from "./stage.js";

/** @typedef {import("./page-data.js").PageData} PageData */
/** @typedef {import("../player/token.js").Mint} Mint */

export class Preview {
  #page;
  #mint;
  #report;
  /** @type {{ player: Player, stage: Stage, id: string } | undefined} */
  #shown;

  /**
   * @param {PageData} page
   * @param {Mint} mint
   * @param {(sent: import("../player/player.js").Sent) => void} report
   */
  constructor(page, mint, report) {
    this.#page = { ...page, events: page.previewEvents };
    this.#mint = mint;
    this.#report = report;
  }

  /** Plays the video of the link that a pointer is over. @param {EventTarget | null} target */
  hover(target) {
    const link = target instanceof Element ? target.closest("#grid a.video") : null;
    const id = link?.getAttribute("data-video-id");
    if (id === this.#shown?.id) return;
    this.end();
    const video = this.#page.videos.find((known) => known.id === id);
    if (!video || this.#page.site !== "www" || !Object.values(this.#page.events).some(({ length }) => length > 0)) return;
    const stage = new Stage(new PlayerElement("inline-preview-player", this.#page));
    stage.current = false;
    stage.playback.video.muted = true;
    const player = new Player(this.#page, this.#mint, stage, this.#report);
    document.body.append(stage.player.root);
    stage.open(video, null);
    void player.load(video);
    stage.playback.play();
    this.#shown = { player, stage, id: video.id };
  }

  /** Ends the preview, if there is one. */
  end() {
    if (!this.#shown) return;
    const { player, stage } = this.#shown;
    stage.playback.close();
    player.close();
    stage.player.root.remove();
    this.#shown = undefined;
  }
}
