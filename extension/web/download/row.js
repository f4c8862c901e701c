// One download in the popup's list. It is changed in place, so that the focus and the reading place stay.

import { getMessage } from "../i18n.js";
import { element, write } from "../popup/element.js";
import { problemText } from "../problem-text.js";
import { ACTIONS, actionsOf, isFinal } from "./download.js";
import { stateOf, summaryOf, titleOf } from "./format.js";

/** @typedef {import("../../types/messages.js").Download} Download */
/** @typedef {import("../../types/messages.js").Action} Action */

export class Row {
  #title = element("p", { class: "title" });
  #progress = element("progress", { max: "1" });
  #state = element("p", { class: "state" });
  #notices = element("ul", { class: "notices" });
  #actionError = element("p", { class: "action-error", role: "alert", hidden: true });
  /** @type {[Action, HTMLButtonElement][]} */
  #buttons = ACTIONS.map((action) => [action, button(action)]);
  #speak;

  /** What is in the page. */
  element = element(
    "li",
    {},
    this.#title,
    this.#progress,
    this.#state,
    this.#notices,
    this.#actionError,
    element("p", { class: "actions" }, ...this.#buttons.map(([, button]) => button)),
  );

  /**
   * @param {(action: Action) => void} onAction
   * @param {(text: string) => void} speak Tells screen readers that the state changed.
   */
  constructor(onAction, speak) {
    this.#speak = speak;
    for (const [action, button] of this.#buttons) button.addEventListener("click", () => onAction(action));
  }

  /**
   * @param {Download} download
   * @param {string | undefined} actionError Why the host could not do the last action.
   * @param {boolean} ready Whether the host is connected.
   */
  draw(download, actionError, ready) {
    const {
      id,
      state,
      progress: { permille },
      notices,
    } = download;
    const { dataset } = this.element;
    // Read before anything is hidden, since what is hidden loses the focus.
    const focused = this.#buttons.find(([, button]) => button === document.activeElement)?.[1];
    const title = titleOf(download);
    if (dataset.state !== undefined && dataset.state !== state) {
      this.#speak(getMessage("download_said", title, stateOf(download)));
    }
    dataset.id = id;
    dataset.state = state;
    dataset.permille = permille === undefined ? "" : String(permille);

    write(this.#title, title);
    this.#title.title = download.file ?? title;
    write(this.#state, summaryOf(download));
    this.#drawProgress(download, title);
    this.#drawNotices(notices.map(problemText));
    this.#actionError.hidden = actionError === undefined;
    write(this.#actionError, actionError ?? "");
    const possible = actionsOf(download);
    for (const [action, button] of this.#buttons) {
      button.hidden = !possible.includes(action);
      button.disabled = !ready;
      button.setAttribute("aria-label", getMessage("download_of", getMessage(`download_${action}`), title));
    }
    if (focused?.hidden) this.#buttons.find(([, button]) => !button.hidden)?.[1].focus();
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
   * @param {string[]} messages
   */
  #drawNotices(messages) {
    const lines = [...this.#notices.children].map(({ textContent }) => textContent);
    if (lines.join("\n") === messages.join("\n")) return;
    this.#notices.replaceChildren(...messages.map((message) => element("li", {}, message)));
  }
}

/**
 * @param {Action} action
 */
function button(action) {
  const title = getMessage(`download_${action}`);
  const text = action === "forget" ? "×" : title;
  return element("button", { type: "button", class: "quiet", name: action, title }, text);
}
