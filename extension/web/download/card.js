// The card that starts a download of the video in the active tab, or else of the one that was played last.

import { getMessage } from "../i18n.js";
import { element, write } from "../popup/element.js";
import { problemText } from "../problem-text.js";
import { downloadChoices } from "../storage.js";
import { readChoices } from "./choices.js";
import { PRESETS } from "./download.js";
import { drawing, ICONS } from "./drawing.js";
import { HOW_TO_INSTALL, inShort, remedyOf } from "./failure.js";
import { offerIn, offerOf } from "./offer.js";
import { COOKIES } from "./permission.js";

/** @typedef {import("../../types/messages.js").Preset} Preset */
/** @typedef {import("./offer.js").Offer} Offer */

export class Card {
  #start = element("button", { type: "button", name: "start" });
  #choices = element(
    "button",
    {
      type: "button",
      name: "choices",
      title: getMessage("download_choices"),
      "aria-label": getMessage("download_choices"),
      "aria-expanded": "false",
      "aria-controls": "download-choices",
    },
    drawing(ICONS.down),
  );
  #preset = element(
    "select",
    { name: "preset" },
    ...PRESETS.map((preset) => element("option", { value: preset }, getMessage(`download_preset_${preset}`))),
  );
  #what = element("bdi");
  #subtitles = checkbox("subtitles");
  #playlist = checkbox("playlist");
  #cookies = checkbox("cookies", { "aria-describedby": "download-why" });
  #ofPlaylist = option(this.#playlist, getMessage("download_playlist"));
  #error = element("p", { class: "error", role: "alert", hidden: true });
  #install = element("button", { type: "button", class: "quiet", name: "install", hidden: true }, getMessage("download_install"));
  #to = element("p", { class: "to" });
  #fold = element(
    "div",
    { id: "download-choices", class: "choices", hidden: true },
    element("p", { class: "what" }, this.#what),
    element("label", { class: "choice" }, element("span", {}, getMessage("download_preset")), this.#preset),
    option(this.#subtitles, getMessage("download_subtitles")),
    this.#ofPlaylist,
    option(this.#cookies, getMessage("download_cookies")),
    element("p", { class: "why", id: "download-why" }, getMessage("download_cookies_why")),
    this.#to,
  );
  /** @type {Offer | undefined} */
  #offer;
  #starting = false;
  /** Why the last download could not be started. */
  #startError = "";
  /** @type {import("../../types/messages.js").Problem | undefined} Why none can be started. */
  #problem;

  /** What is in the page. */
  element = element(
    "section",
    { id: "download", hidden: true, "aria-labelledby": "download-heading" },
    element("h2", { id: "download-heading", class: "spoken" }, getMessage("download_heading")),
    element("p", { class: "split" }, this.#start, this.#choices),
    element("div", { class: "trouble" }, this.#error, this.#install),
    this.#fold,
  );

  constructor() {
    this.#start.addEventListener("click", () => void this.#startDownload());
    this.#choices.addEventListener("click", () => this.#showChoices(this.#fold.hidden !== false));
    this.#fold.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      // Otherwise it closes the popup too.
      event.preventDefault();
      this.#showChoices(false);
      this.#choices.focus();
    });
    this.#preset.addEventListener("change", () => {
      void downloadChoices.change({ preset: this.#chosen() });
      this.#drawStart();
    });
    this.#subtitles.addEventListener("change", () => {
      void downloadChoices.change({ subtitles: this.#subtitles.checked });
    });
    this.#playlist.addEventListener("change", () => this.#drawStart());
    this.#cookies.addEventListener("change", () => this.#permitCookies());
    this.#install.addEventListener("click", () => void chrome.tabs.create({ url: HOW_TO_INSTALL }));
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
    this.#problem = downloads.problem;
    this.#drawStart();
    this.#drawError();
    write(this.#to, getMessage("download_to", downloads.dir));
  }

  /** Gives the focus to the button that starts a download. */
  focus() {
    this.#start.focus();
  }

  /**
   * @param {boolean} shown
   */
  #showChoices(shown) {
    this.#fold.hidden = !shown;
    this.#choices.setAttribute("aria-expanded", String(shown));
  }

  async #startDownload() {
    if (!this.#offer || this.#isStopped()) return;
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
    this.#drawStart();
  }

  #chosen() {
    return /** @type {Preset} */ (this.#preset.value);
  }

  /** The button says what it would do, and its tooltip with which video. */
  #drawStart() {
    const preset = getMessage(`download_start_${this.#chosen() || "best"}`);
    const isList = this.#playlist.checked && this.#offer?.target.list_id !== undefined;
    write(this.#start, isList ? getMessage("download_start_list", preset) : preset);
    this.#start.title = this.#offer?.what ?? "";
  }

  #drawError() {
    const error = this.#problem ? inShort(this.#problem) : this.#startError;
    this.#error.hidden = error === "";
    write(this.#error, error);
    this.#error.title = this.#problem ? problemText(this.#problem) : "";
    this.#install.hidden = !this.#problem || remedyOf(this.#problem) !== "install";
    // One that is really disabled would lose the focus.
    this.#start.setAttribute("aria-disabled", String(this.#isStopped()));
  }

  #isStopped() {
    return this.#starting || this.#problem !== undefined;
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
