// Whether programs may have this browser open videos for their tokens.

import { formatNumber, getMessage } from "../i18n.js";
import { readSettings } from "../on-demand/settings.js";
import { standingOf } from "../on-demand/standing.js";
import { element, find, write } from "../popup/element.js";
import { onDemandSettings, welcomeChoices } from "../storage.js";

/** The card. It follows the settings, which popup, options and the settings file change too. */
export class ProgramsCard {
  #card = find("#programs");
  #buttons = find(".buttons", this.#card);
  /** Neither answer is pressed upon anybody. */
  #allow = element("button", { type: "button", class: "quiet", name: "allow" });
  #later = element("button", { type: "button", class: "quiet", name: "later" }, getMessage("consent_not_now"));

  constructor() {
    write(find("h2", this.#card), getMessage("consent_heading"));
    write(find(".what", this.#card), getMessage("welcome_programs_what"));
    this.#buttons.append(this.#allow, this.#later);
    this.#allow.addEventListener("click", () => void onDemandSettings.change({ accept: true }));
    this.#later.addEventListener("click", () => void welcomeChoices.change({ decideLater: true }));
  }

  /**
   * Draws it, and says whether the question is still open.
   * @param {import("../../types/messages.js").Status} [status] The host's last one.
   */
  async draw(status) {
    const [settings, { decideLater = false }] = await Promise.all([readSettings(), welcomeChoices.get()]);
    const { isOn, file, words } = standingOf(settings, status);
    const isOpen = !isOn && file === undefined && settings.accept === undefined;
    const focused = document.activeElement;
    const state = find(".state", this.#card);
    this.#card.dataset.answer = isOpen ? (decideLater ? "later" : "none") : isOn ? "yes" : "no";
    write(this.#allow, getMessage("consent_allow", formatNumber(settings.limit)));
    this.#allow.hidden = this.#buttons.hidden = isOn || file !== undefined;
    this.#later.hidden = !isOpen || decideLater;
    state.hidden = isOpen && !decideLater;
    const path = file === undefined ? [] : [" ", element("code", { dir: "ltr" }, file)];
    state.replaceChildren(words, ...path);
    // The button that was pressed is gone.
    const isGone = focused instanceof HTMLElement && this.#card.contains(focused) && !focused.checkVisibility();
    if (isGone) find("h2", this.#card).focus();
    return isOpen && !decideLater;
  }
}
