// One download in the popup's list. It is changed in place, so that nothing that is focused or read is lost.

import { element, write } from "../popup/element.js";
import { isFinal } from "./messages.js";
import { standing, stateOf, titleOf } from "./format.js";
import { say } from "../i18n.js";

/** @typedef {import("./messages.js").Download} Download */
/** @typedef {import("./messages.js").Act} Act */

/** @type {Record<Act, (download: Download) => boolean>} When each can be done. */
const OFFERED = {
  cancel: (download) => !isFinal(download),
  retry: ({ state }) => state === "failed" || state === "cancelled",
  open: ({ state, file }) => state === "done" && file !== undefined,
  show: ({ state, file }) => state === "done" && file !== undefined,
  forget: isFinal,
};

export class Row {
  #title = element("p", { class: "title" });
  #progress = element("progress", { max: "1" });
  #state = element("p", { class: "state" });
  #notices = element("ul", { class: "notices" });
  #trouble = element("p", { class: "trouble", role: "alert", hidden: true });
  /** @type {[Act, HTMLButtonElement][]} */
  #buttons = /** @type {Act[]} */ (Object.keys(OFFERED)).map((act) => [act, button(act)]);
  #spoken;

  /** What is in the page. */
  element = element(
    "li",
    {},
    this.#title,
    this.#progress,
    this.#state,
    this.#notices,
    this.#trouble,
    element("p", { class: "acts" }, ...this.#buttons.map(([, button]) => button)),
  );

  /**
   * @param {(act: Act) => void} onAct
   * @param {(text: string) => void} spoken Says to those who do not see it that it stands otherwise.
   */
  constructor(onAct, spoken) {
    this.#spoken = spoken;
    for (const [act, button] of this.#buttons) button.addEventListener("click", () => onAct(act));
  }

  /**
   * @param {Download} download
   * @param {string | undefined} trouble What the host said of the last act.
   * @param {boolean} ready Whether the host is there to act.
   */
  draw(download, trouble, ready) {
    const { job, state, progress: { permille } = {}, notices = [] } = download;
    const { dataset } = this.element;
    // Asked before anything is hidden, since what is hidden loses the focus.
    const focused = this.#buttons.find(([, button]) => button === document.activeElement)?.[1];
    const title = titleOf(download);
    if (dataset.state !== undefined && dataset.state !== state) {
      this.#spoken(say("download_said", title, stateOf(download)));
    }
    dataset.job = job;
    dataset.state = state;
    dataset.permille = permille === undefined ? "" : String(permille);

    write(this.#title, title);
    this.#title.title = download.file ?? title;
    write(this.#state, standing(download));
    this.#drawProgress(download, title);
    this.#drawNotices(notices.map(({ message }) => message));
    this.#trouble.hidden = trouble === undefined;
    write(this.#trouble, trouble ?? "");
    for (const [act, button] of this.#buttons) {
      button.hidden = !OFFERED[act](download);
      button.disabled = !ready;
      button.setAttribute("aria-label", say("download_of", say(`download_${act}`), title));
    }
    if (focused?.hidden) this.#buttons.find(([, button]) => !button.hidden)?.[1].focus();
  }

  /**
   * @param {Download} download
   * @param {string} title
   */
  #drawProgress({ state, progress: { permille } = {}, ...download }, title) {
    const bar = this.#progress;
    bar.hidden = state === "queued" || isFinal({ ...download, state });
    bar.setAttribute("aria-label", say("download_progress", title));
    // Without a value it shows that something goes on, and not how far.
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
 * @param {Act} act
 */
function button(act) {
  const text = act === "forget" ? "×" : say(`download_${act}`);
  return element("button", { type: "button", class: "quiet", name: act, title: say(`download_${act}`) }, text);
}
