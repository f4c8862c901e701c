// One download in the popup's list. It is changed in place, so that the focus and the reading place stay.

import { getMessage } from "../i18n.js";
import { element, write } from "../popup/element.js";
import { problemText } from "../problem-text.js";
import { ACTIONS, actionsOf, isFinal } from "./download.js";
import { drawing, ICONS } from "./drawing.js";
import { HOW_TO_INSTALL, inShort, remedyOf } from "./failure.js";
import { detailOf, stateOf, summaryOf, titleOf } from "./format.js";
import { COOKIES } from "./permission.js";

/** @typedef {import("../../types/messages.js").Download} Download */
/** @typedef {import("../../types/messages.js").Action} Action */
/** @typedef {import("../../types/messages.js").Problem} Problem */

/**
 * What its buttons do.
 * @typedef {{act: (action: Action, login?: boolean) => void, open: (address: string) => void}} RowActions
 */

/** What a download that failed is mended by, besides a plain retry: the texts of the buttons. */
const REMEDIES = /** @type {const} */ ({
  login: "download_login",
  youtube: "download_youtube",
  install: "download_install",
});

/** The buttons that need no host. */
const OFFLINE = ["youtube", "install"];

/** @type {{[Key in Action]?: string}} The buttons that show a picture. */
const PICTURES = { cancel: ICONS.cross, forget: ICONS.cross, show: ICONS.folder };

export class Row {
  #title = element("bdi", { class: "title" });
  #progress = element("progress", { max: "1" });
  #state = element("span", { class: "state" });
  #summary = element("summary");
  #notices = element("ul", { class: "notices" });
  #about = element("details", { class: "about", hidden: true }, this.#summary, this.#notices);
  #actionError = element("p", { class: "action-error", role: "alert", hidden: true });
  /** @type {[Action, HTMLButtonElement][]} */
  #actions = ACTIONS.map((action) => [action, button(action, getMessage(`download_${action}`), PICTURES[action])]);
  #remedies = Object.entries(REMEDIES).map(([remedy, key]) => /** @type {const} */ ([remedy, button(remedy, getMessage(key))]));
  /** In the order in which the focus goes on from one that is hidden. */
  #buttons = [...this.#remedies.map(([, made]) => made), ...this.#actions.map(([, made]) => made)];
  /** What it shows. */
  #shown = "";
  /** @type {Download | undefined} */
  #download;
  #isReady = false;
  #speak;

  /** What is in the page. */
  element = element(
    "li",
    {},
    element("p", { class: "line" }, this.#title, this.#state, ...this.#actions.map(([, made]) => made)),
    this.#progress,
    element("div", { class: "second" }, this.#about, ...this.#remedies.map(([, made]) => made)),
    this.#actionError,
  );

  /**
   * @param {RowActions} actions
   * @param {(text: string) => void} speak Tells screen readers that the state changed.
   */
  constructor({ act, open }, speak) {
    this.#speak = speak;
    const [login, youtube, install] = this.#remedies.map(([, made]) => made);
    for (const [action, made] of this.#actions) made.addEventListener("click", () => this.#isReady && act(action));
    login.addEventListener("click", () => {
      if (!this.#isReady) return;
      act("retry", true);
      // Browsers ask the user only within the click. The popup may close over it, so the background script waits for it.
      void chrome.permissions.request(COOKIES).catch(() => {});
    });
    youtube.addEventListener("click", () => open(addressOf(this.#download)));
    install.addEventListener("click", () => open(HOW_TO_INSTALL));
  }

  /**
   * @param {Download} download
   * @param {string | undefined} actionError Why the host could not do the last action.
   * @param {boolean} ready Whether the host is connected.
   */
  draw(download, actionError, ready) {
    const shown = JSON.stringify([download, actionError, ready]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#download = download;
    this.#isReady = ready;
    const { id, state, progress } = download;
    const { dataset } = this.element;
    // Read before anything is hidden, since what is hidden loses the focus.
    const focused = this.#buttons.find((button) => button === document.activeElement);
    const title = titleOf(download);
    if (dataset.state !== undefined && dataset.state !== state) {
      this.#speak(getMessage("download_said", title, stateOf(download)));
    }
    dataset.id = id;
    dataset.state = state;
    dataset.permille = progress.permille === undefined ? "" : String(progress.permille);

    write(this.#title, title);
    this.#title.title = download.file ?? title;
    write(this.#state, summaryOf(download));
    this.#state.title = detailOf(download);
    this.#drawProgress(download, title);
    this.#drawAbout(download);
    this.#actionError.hidden = actionError === undefined;
    write(this.#actionError, actionError ?? "");
    this.#drawButtons(download, title);
    if (focused?.hidden) this.focus();
  }

  /** Gives the focus to its first button. Says whether it has one. */
  focus() {
    const first = this.#buttons.find(({ hidden }) => !hidden);
    first?.focus();
    return first !== undefined;
  }

  /**
   * @param {Download} download
   * @param {string} title
   */
  #drawProgress(download, title) {
    const {
      state,
      progress: { permille },
    } = download;
    const bar = this.#progress;
    bar.hidden = state === "queued" || isFinal(download);
    bar.setAttribute("aria-label", getMessage("download_progress", title));
    // Without a value the bar shows that something goes on, and not how far it is.
    if (permille === undefined || state !== "downloading") bar.removeAttribute("value");
    else bar.value = permille / 1000;
  }

  /**
   * Why it failed, or else the last notice, in a few words; in the fold all that the host says.
   * @param {Download} download
   */
  #drawAbout({ state, error, notices }) {
    const problems = [...(state === "failed" && error ? [error] : []), ...notices.toReversed()];
    const [first] = problems;
    this.#about.hidden = first === undefined;
    write(this.#summary, first ? inShort(first) : "");
    const lines = problems.map(lineOf);
    const drawn = [...this.#notices.children].map(({ textContent }) => textContent);
    if (lines.join("\n") === drawn.join("\n")) return;
    this.#notices.replaceChildren(...lines.map((line) => element("li", {}, line)));
  }

  /**
   * @param {Download} download
   * @param {string} title
   */
  #drawButtons(download, title) {
    const { state, error } = download;
    const remedy = state === "failed" ? remedyOf(error) : undefined;
    const possible = actionsOf(download);
    for (const [name, button] of this.#remedies) button.hidden = name !== remedy;
    for (const [action, button] of this.#actions) {
      const isInstead = action === "retry" && (remedy === "login" || remedy === "none");
      button.hidden = !possible.includes(action) || isInstead;
    }
    for (const button of this.#buttons) {
      button.setAttribute("aria-label", getMessage("download_of", button.title, title));
      // One that is really disabled would lose the focus.
      button.setAttribute("aria-disabled", String(!this.#isReady && !OFFLINE.includes(button.getAttribute("name") ?? "")));
    }
  }
}

/**
 * @param {Problem} problem
 */
function lineOf(problem) {
  return getMessage("download_with_code", problemText(problem), problem.code);
}

/**
 * YouTube's page of a download.
 * @param {Download | undefined} download
 */
function addressOf({ video_id, list } = /** @type {Download} */ ({})) {
  if (video_id) return `https://www.youtube.com/watch?v=${video_id}`;
  return list ? `https://www.youtube.com/playlist?list=${list.list_id}` : "https://www.youtube.com/";
}

/**
 * @param {string} name
 * @param {string} title
 * @param {string} [picture] The path that it shows instead of its title.
 */
function button(name, title, picture) {
  if (picture === undefined) return element("button", { type: "button", class: "quiet", name, title }, title);
  return element("button", { type: "button", class: "icon", name, title }, drawing(picture));
}
