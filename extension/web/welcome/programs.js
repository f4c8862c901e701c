// Whether programs may have this browser open videos for their tokens.

import { formatNumber, getMessage } from "../i18n.js";
import { readSettings } from "../on-demand/settings.js";
import { standingOf } from "../on-demand/standing.js";
import { element, find, write } from "../popup/element.js";
import { onDemandSettings, readSession, status, welcomeChoices } from "../storage.js";

/** The card. It follows the settings, which the popup changes too. */
export class ProgramsCard {
  #card = find("#programs");
  #buttons = find(".buttons", this.#card);
  /** Neither answer is pressed upon anybody. */
  #allow = element("button", { type: "button", class: "quiet", name: "allow" });
  #later = element("button", { type: "button", class: "quiet", name: "later" }, getMessage("welcome_programs_later"));

  constructor() {
    write(find("h2", this.#card), getMessage("welcome_programs"));
    write(find(".what", this.#card), getMessage("welcome_programs_what"));
    this.#buttons.append(this.#allow, this.#later);
    this.#allow.addEventListener("click", () => void onDemandSettings.change({ accept: true }));
    this.#later.addEventListener("click", () => void welcomeChoices.change({ decideLater: true }));
  }

  async draw() {
    const [settings, { decideLater = false }, stored] = await Promise.all([
      readSettings(),
      welcomeChoices.get(),
      readSession(),
    ]);
    const { accept, limit } = settings;
    const { file, words } = standingOf(settings, status.in(stored));
    const focused = document.activeElement;
    const number = formatNumber(limit);
    const state = find(".state", this.#card);
    // What the configuration says needs no answer here.
    const isOver = accept === true || file !== undefined;
    this.#card.dataset.accept = file === undefined ? String(accept ?? (decideLater ? "later" : "asked")) : "configured";
    write(this.#allow, getMessage("welcome_programs_allow", number));
    this.#allow.hidden = isOver;
    this.#later.hidden = isOver || accept !== undefined || decideLater;
    this.#buttons.hidden = isOver;
    state.hidden = !isOver && accept === undefined && !decideLater;
    if (file !== undefined) write(state, words);
    else if (accept === true) write(state, getMessage("welcome_programs_allowed", number));
    else write(state, getMessage(accept === false ? "welcome_programs_forbidden" : "welcome_programs_undecided"));
    // The button that was pressed is gone.
    const isGone = focused instanceof HTMLElement && this.#card.contains(focused) && !focused.checkVisibility();
    if (isGone) find("h2", this.#card).focus();
  }
}
