// The card that starts a download of the video in the active tab, or else of the one that was played last.

import { getMessage } from "../i18n.js";
import { element, write } from "../popup/element.js";
import { problemText } from "../problem-text.js";
import { downloadChoices } from "../storage.js";
import { readChoices } from "./choices.js";
import { PRESETS } from "./download.js";
import { offerIn, offerOf } from "./offer.js";
import { COOKIES } from "./permission.js";

/** @typedef {import("../../types/messages.js").Preset} Preset */
/** @typedef {import("./offer.js").Offer} Offer */

export class Card {
  #preset = element(
    "select",
    { name: "preset" },
    ...PRESETS.map((preset) => element("option", { value: preset }, getMessage(`download_preset_${preset}`))),
  );
  #start = element("button", { type: "button", name: "start" }, getMessage("download_start"));
  #what = element("p", { class: "what" });
  #subtitles = checkbox("subtitles");
  #playlist = checkbox("playlist");
  #cookies = checkbox("cookies", { "aria-describedby": "download-why" });
  #ofPlaylist = option(this.#playlist, getMessage("download_playlist"));
  #error = element("p", { class: "error", role: "alert", hidden: true });
  #to = element("p", { class: "to" });
  /** @type {Offer | undefined} */
  #offer;
  #starting = false;
  /** Why the last download could not be started. */
  #startError = "";
  /** Why none can be started. */
  #problem = "";

  /** What is in the page. */
  element = element(
    "section",
    { id: "download", class: "card", hidden: true },
    element("h2", {}, getMessage("download_heading")),
    this.#what,
    element(
      "p",
      { class: "choice" },
      element("label", {}, element("span", {}, getMessage("download_preset")), this.#preset),
      this.#start,
    ),
    option(this.#subtitles, getMessage("download_subtitles")),
    this.#ofPlaylist,
    option(this.#cookies, getMessage("download_cookies")),
    element("p", { class: "why", id: "download-why" }, getMessage("download_cookies_why")),
    this.#error,
    this.#to,
  );

  constructor() {
    this.#start.addEventListener("click", () => void this.#startDownload());
    this.#preset.addEventListener("change", () => void downloadChoices.change({ preset: this.#chosen() }));
    this.#subtitles.addEventListener("change", () => {
      void downloadChoices.change({ subtitles: this.#subtitles.checked });
    });
    this.#cookies.addEventListener("change", () => this.#permitCookies());
    void this.#drawChoices();
  }

  /**
   * @param {import("../feature.js").Shown} shown
   * @param {import("./list.js").Shown | undefined} downloads Undefined if the host lists none.
   */
  async draw({ ready, newest }, downloads) {
    const offer = (await inActiveTab()) ?? offerOf(newest);
    const { target } = offer ?? {};
    const isOther =
      (target?.video_id ?? target?.list_id) !== (this.#offer?.target.video_id ?? this.#offer?.target.list_id);
    this.#offer = offer;
    this.element.hidden = !ready || !downloads || !offer;
    if (!downloads || !offer || !target) return;
    this.element.dataset.video = target.video_id ?? "";
    write(this.#what, offer.what);
    this.#ofPlaylist.hidden = !target.list_id;
    // Of a playlist's own page there is nothing else to download.
    this.#playlist.disabled = !target.video_id;
    if (!target.video_id) this.#playlist.checked = true;
    else if (isOther) this.#playlist.checked = false;
    if (isOther) this.#startError = "";
    this.#problem = downloads.problem ? problemText(downloads.problem) : "";
    this.#drawError();
    write(this.#to, getMessage("download_to", downloads.dir));
  }

  async #startDownload() {
    if (!this.#offer) return;
    const { target, tab, session } = this.#offer;
    const playlist = this.#playlist.checked && target.list_id !== undefined;
    const subtitles = this.#subtitles.checked;
    this.#startError = "";
    this.#starting = true;
    this.#drawError();
    /** @type {import("./download.js").PopupRequest} */
    const request = { type: "download/start", target, preset: this.#chosen(), subtitles, playlist, tab, session };
    try {
      const answer = await chrome.runtime.sendMessage(request);
      this.#startError = answer?.error ?? "";
    } catch (error) {
      this.#startError = String(error);
    }
    this.#starting = false;
    this.#drawError();
  }

  /** Browsers ask the user only within the click. The popup may close over it, so the choice is saved first. */
  #permitCookies() {
    const permitted = this.#cookies.checked;
    void downloadChoices.change({ cookies: permitted });
    if (!permitted) return;
    chrome.permissions.request(COOKIES).then(
      (granted) => {
        if (!granted) return this.#forbidCookies();
      },
      () => this.#forbidCookies(),
    );
  }

  #forbidCookies() {
    this.#cookies.checked = false;
    return downloadChoices.change({ cookies: false });
  }

  async #drawChoices() {
    const { preset, subtitles, cookies } = await readChoices();
    this.#preset.value = preset;
    this.#subtitles.checked = subtitles;
    this.#cookies.checked = cookies && (await chrome.permissions.contains(COOKIES));
  }

  #chosen() {
    return /** @type {Preset} */ (this.#preset.value);
  }

  #drawError() {
    const error = this.#problem || this.#startError;
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
  if (!tab?.url) return undefined;
  // Nobody answers if the background script could not start.
  const target = await chrome.runtime.sendMessage({ type: "page-of", address: tab.url }).catch(() => undefined);
  return target ? offerIn(tab, target) : undefined;
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
