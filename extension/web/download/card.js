// The card that starts a download of the video in the active tab, or else of the one that was played last.

import { targetOf } from "./address.js";
import { choices, choose } from "./choices.js";
import { element, write } from "../popup/element.js";
import { PRESETS } from "./messages.js";
import { COOKIES } from "./permission.js";
import { say } from "../i18n.js";

/** @typedef {import("./messages.js").Preset} Preset */
/** @typedef {{target: import("./messages.js").Target, what: string, tab?: number, container?: string}} Offer */

export class Card {
  #preset = element(
    "select",
    { name: "preset" },
    ...PRESETS.map((preset) => element("option", { value: preset }, say(`download_preset_${preset}`))),
  );
  #start = element("button", { type: "button", name: "start" }, say("download_start"));
  #what = element("p", { class: "what" });
  #subtitles = checkbox("subtitles");
  #playlist = checkbox("playlist");
  #cookies = checkbox("cookies", { "aria-describedby": "download-why" });
  #ofPlaylist = option(this.#playlist, say("download_playlist"));
  #error = element("p", { class: "error", role: "alert", hidden: true });
  #to = element("p", { class: "to" });
  /** @type {Offer | undefined} */
  #offer;
  #starting = false;
  /** Why the last one could not be started. */
  #refusal = "";
  /** Why none can be. */
  #problem = "";

  /** What is in the page. */
  element = element(
    "section",
    { id: "download", class: "card", hidden: true },
    element("h2", {}, say("download_heading")),
    this.#what,
    element(
      "p",
      { class: "choice" },
      element("label", {}, element("span", {}, say("download_preset")), this.#preset),
      this.#start,
    ),
    option(this.#subtitles, say("download_subtitles")),
    this.#ofPlaylist,
    option(this.#cookies, say("download_cookies")),
    element("p", { class: "why", id: "download-why" }, say("download_cookies_why")),
    this.#error,
    this.#to,
  );

  constructor() {
    this.#start.addEventListener("click", () => void this.#begin());
    this.#preset.addEventListener("change", () => void choose({ preset: this.#chosen() }));
    this.#subtitles.addEventListener("change", () => void choose({ subtitles: this.#subtitles.checked }));
    this.#cookies.addEventListener("change", () => this.#agree());
    void this.#recall();
  }

  /**
   * @param {import("../feature.js").Shown} shown
   * @param {import("./messages.js").Shown | undefined} downloads Undefined where the host tells of none.
   */
  async draw({ ready, newest }, downloads) {
    const offer = (await inActiveTab()) ?? playedLast(newest);
    const { target } = offer ?? {};
    const isOther = (target?.videoId ?? target?.listId) !== (this.#offer?.target.videoId ?? this.#offer?.target.listId);
    this.#offer = offer;
    this.element.hidden = !ready || !downloads || !offer;
    if (!downloads || !offer || !target) return;
    this.element.dataset.video = target.videoId ?? "";
    write(this.#what, offer.what);
    this.#ofPlaylist.hidden = !target.listId;
    // Of a playlist's own page there is nothing else to download.
    this.#playlist.disabled = !target.videoId;
    if (!target.videoId) this.#playlist.checked = true;
    else if (isOther) this.#playlist.checked = false;
    if (isOther) this.#refusal = "";
    this.#problem = downloads.problem?.message ?? "";
    this.#drawState();
    write(this.#to, say("download_to", downloads.dir));
  }

  async #begin() {
    if (!this.#offer) return;
    const { target, tab, container } = this.#offer;
    const playlist = this.#playlist.checked && target.listId !== undefined;
    const subtitles = this.#subtitles.checked;
    this.#refusal = "";
    this.#starting = true;
    this.#drawState();
    /** @type {import("./messages.js").Request} */
    const request = { type: "download/start", target, preset: this.#chosen(), subtitles, playlist, tab, container };
    try {
      const answer = await chrome.runtime.sendMessage(request);
      this.#refusal = answer?.error ?? "";
    } catch (error) {
      this.#refusal = String(error);
    }
    this.#starting = false;
    this.#drawState();
  }

  /** Browsers ask the user only within the click; the popup may close over it, so the choice is kept first. */
  #agree() {
    const agreed = this.#cookies.checked;
    void choose({ cookies: agreed });
    if (!agreed) return;
    chrome.permissions.request(COOKIES).then(
      (granted) => {
        if (!granted) return this.#disagree();
      },
      () => this.#disagree(),
    );
  }

  #disagree() {
    this.#cookies.checked = false;
    return choose({ cookies: false });
  }

  async #recall() {
    const { preset, subtitles, cookies } = await choices();
    this.#preset.value = preset;
    this.#subtitles.checked = subtitles;
    this.#cookies.checked = cookies && (await chrome.permissions.contains(COOKIES));
  }

  #chosen() {
    return /** @type {Preset} */ (this.#preset.value);
  }

  #drawState() {
    const error = this.#problem || this.#refusal;
    this.#error.hidden = error === "";
    write(this.#error, error);
    this.#start.disabled = this.#starting || this.#problem !== "";
  }
}

/**
 * @returns {Promise<Offer | undefined>}
 */
async function inActiveTab() {
  const [tab] = await chrome.tabs.query({ active: true, currentWindow: true });
  const target = targetOf(tab?.url);
  if (!target) return undefined;
  const title = tab.title?.replace(/ - YouTube( Music)?$/, "");
  const what = title || say(target.videoId ? "download_tab_video" : "download_tab_list");
  return { target, what, tab: tab.id };
}

/**
 * @param {import("../feature.js").Shown["newest"]} newest
 * @returns {Offer | undefined}
 */
function playedLast(newest) {
  const videoId = newest?.label.video_id;
  if (!videoId) return undefined;
  const music = newest.label.client === "WEB_REMIX";
  const container = newest.capture?.session?.container;
  return { target: { videoId, music }, what: say("download_other_video", videoId), container };
}

/**
 * @param {string} name
 * @param {Record<string, string>} [more]
 */
function checkbox(name, more) {
  return element("input", { type: "checkbox", name, ...more });
}

/**
 * @param {HTMLInputElement} input
 * @param {string} text
 */
function option(input, text) {
  return element("label", { class: "option" }, input, text);
}
