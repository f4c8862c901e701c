// The second step: where tokens go. What is chosen is set up in a terminal: this page names no path to anybody.

import { getMessage } from "../i18n.js";
import { element } from "../popup/element.js";
import { commandLine } from "./command.js";

/** @typedef {import("./step.js").StepState} StepState */
/** @typedef {import("../on-demand/history.js").Row} Row */
/** @typedef {"yt_dlp" | "serve" | "env" | "copy"} Choice */

/** @type {Choice[]} */
export const CHOICES = ["yt_dlp", "serve", "env", "copy"];
/** Where `potbridge serve` listens. */
const ADDRESS = "http://127.0.0.1:4416";
/** By which name each asks the browser for tokens. */
const CLIENTS = { yt_dlp: "yt-dlp", serve: "serve" };

/**
 * What is known of it: the configured places, and which programs have asked. Whether a plugin is installed or a server runs, no browser
 * can see.
 * @param {{
 *   sinks: {kind: string, place: string}[], requests: Pick<Row, "client">[], choice?: Choice, isReady: boolean,
 * }} known
 * @returns {StepState}
 */
export function placeState({ sinks, requests, choice, isReady }) {
  const hasAsked = (/** @type {string} */ name) => requests.some(({ client }) => client === name);
  const [first] = sinks;
  if (choice === "copy") return { kind: "done", text: getMessage("welcome_place_copy_done") };
  if (choice === "yt_dlp" || choice === "serve") {
    if (hasAsked(CLIENTS[choice])) return { kind: "done", text: getMessage(`welcome_place_${choice}_done`) };
    if (!first) return { kind: "open", text: getMessage("welcome_place_not_asked") };
  }
  if (first) {
    const place = first.kind === "keyring" ? getMessage("keyring") : first.place;
    const others = sinks.length - 1;
    const text = getMessage("welcome_place_saved", place);
    return { kind: "done", text: others > 0 ? `${text} · ${getMessage("places_more", String(others))}` : text, names: [place] };
  }
  if (choice === undefined) return { kind: "open", text: getMessage("welcome_place_none") };
  return { kind: "open", text: getMessage(isReady ? "welcome_place_not_yet" : "welcome_place_helper_first") };
}

/** The choices, and what is to be done for the chosen one. */
export class PlaceChoices {
  /** @type {Map<Choice, {input: HTMLInputElement, how: HTMLElement}>} */
  #rows = new Map();
  #fold = element("details", { class: "ways", open: true }, element("summary", {}, getMessage("welcome_helper_others")));

  /**
   * @param {HTMLElement} place
   * @param {(choice: Choice) => void} onChosen
   */
  constructor(place, onChosen) {
    const rows = CHOICES.map((choice) => {
      const what = `place-${choice}-what`;
      const input = element("input", { type: "radio", name: "place", value: choice, "aria-describedby": what });
      input.addEventListener("change", () => onChosen(choice));
      const title = element("span", { class: "title" }, getMessage(`welcome_place_${choice}`));
      if (choice === "yt_dlp") title.append(" ", element("span", { class: "badge" }, getMessage("welcome_recommended")));
      const label = element("label", {}, input, title);
      const how = element("div", { class: "how", hidden: true }, ...howTo(choice));
      this.#rows.set(choice, { input, how });
      const why = element("p", { id: what, class: "soft" }, getMessage(`welcome_place_${choice}_what`));
      return element("div", { class: "choice" }, label, why, how);
    });
    this.#fold.append(element("fieldset", { "aria-labelledby": "place-heading" }, ...rows));
    place.append(this.#fold);
  }

  /**
   * Who has a place already need not choose: the choices are folded away.
   * @param {Choice | undefined} chosen
   * @param {boolean} isDone
   */
  draw(chosen, isDone) {
    const folds = isDone && chosen === undefined;
    const { dataset } = this.#fold;
    // Who unfolds them is left alone.
    if (dataset.folds !== String(folds)) {
      dataset.folds = String(folds);
      this.#fold.open = !folds;
    }
    for (const [choice, { input, how }] of this.#rows) {
      input.checked = choice === chosen;
      how.hidden = choice !== chosen;
    }
  }
}

/**
 * @param {Choice} choice
 */
function howTo(choice) {
  const said = (/** @type {string} */ part) => element("p", {}, getMessage(`welcome_place_${choice}_${part}`));
  switch (choice) {
    case "yt_dlp":
      return [said("how"), commandLine("potbridge-setup install --yt-dlp-plugin")];
    case "serve":
      return [said("how"), commandLine("potbridge serve"), said("address"), commandLine(ADDRESS)];
    case "env":
      return [said("how"), commandLine("potbridge sink add env-file /path/to/.env")];
    default:
      return [said("how")];
  }
}
