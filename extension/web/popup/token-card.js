// The card of the newest token: for which video it is, how long it works, and where it was saved; and the earlier ones.

import { formatTime, getMessage } from "../i18n.js";
import { FormChoice } from "./copy-forms.js";
import { element, find, isolated, write } from "./element.js";
import { isOld, lifetimeOf, shortLifetimeOf } from "./format.js";
import { Places } from "./places.js";

/** @typedef {import("./tokens.js").Shown} Shown */
/** @typedef {import("../feature.js").Renewal} Renewal */

/** So many earlier tokens are listed. */
const EARLIER = 4;

export class TokenCard {
  #card = find("#token");
  #places = new Places(find(".places", this.#card));
  #form = new FormChoice(find("#form"), () => this.#drawCopies());
  /** @type {Shown[]} The newest first. */
  #tokens = [];
  /** @type {Record<string, string>} */
  #titles = {};
  /** @type {HTMLLIElement[]} */
  #rows = [];
  #links = new WeakMap();

  /**
   * @param {Shown[]} tokens The newest first.
   * @param {Record<string, string>} titles Of videos, by their ids.
   * @param {import("./format.js").Line[]} lines Of the newest one's places.
   * @param {Renewal} [renewal] How a new one is got, if that is possible.
   */
  draw(tokens, titles, lines, renewal) {
    this.#tokens = tokens.slice(0, 1 + EARLIER);
    this.#titles = titles;
    const [newest] = tokens;
    this.#card.hidden = newest === undefined;
    if (newest) {
      this.#drawNewest(newest, renewal);
      this.#places.draw(lines);
    }
    this.#drawEarlier(this.#tokens.slice(1));
    this.#drawCopies();
  }

  /**
   * What people call a token's video.
   * @param {Shown} shown
   */
  titleOf({ info }) {
    const { video_id: id } = info;
    return id === null ? getMessage("for_unknown") : (this.#titles[id] ?? id);
  }

  /**
   * @param {Shown} shown
   * @param {Renewal | undefined} renewal
   */
  #drawNewest(shown, renewal) {
    const { info, entry } = shown;
    this.#link(find(".for", this.#card), shown);
    const isProbable = info.video_id !== null && info.certainty !== "certain";
    const sure = find(".sure", this.#card);
    sure.hidden = !isProbable || isOld(info);
    write(sure, getMessage("probable_why"));
    const window = find(".window", this.#card);
    window.hidden = !info.private;
    write(window, getMessage("private_window"));
    const code = find("code", this.#card);
    write(code, info.fingerprint);
    code.title = entry ? getMessage("token_found", formatTime(info.captured_at)) : getMessage("copy_elsewhere");
    const until = find(".until", this.#card);
    until.dataset.old = String(isOld(info));
    write(until, lifetimeOf(shown));
    this.#drawRenewal(info, renewal);
  }

  /**
   * @param {import("./tokens.js").TokenInfo} info
   * @param {Renewal | undefined} renewal
   */
  #drawRenewal(info, renewal) {
    const old = isOld(info) && renewal !== undefined;
    find(".renewal", this.#card).hidden = !old;
    // The one thing to do is the loud one.
    find("#copy", this.#card).className = old ? "quiet" : "";
    if (!old) return;
    const button = find("#renew", this.#card);
    const isUnderWay = renewal.state === "waiting";
    write(button, getMessage(isUnderWay ? "renewing" : "renew"));
    button.ariaDisabled = String(isUnderWay);
    button.onclick = () => {
      if (!isUnderWay) renewal.start();
    };
    const failed = find(".failed", this.#card);
    failed.hidden = renewal.state !== "failed";
    write(failed, renewal.message ?? "");
  }

  /**
   * @param {Shown[]} earlier
   */
  #drawEarlier(earlier) {
    const section = find("#earlier");
    section.hidden = earlier.length === 0;
    write(find("summary", section), getMessage("earlier", String(earlier.length)));
    const list = find("ul", section);
    for (const [index, shown] of earlier.entries()) {
      const row = (this.#rows[index] ??= newRow());
      if (row.parentNode !== list) list.append(row);
      this.#link(find(".for", row), shown);
      write(find(".short", row), ` · ${shortLifetimeOf(shown.info)}`);
    }
    for (const row of this.#rows.splice(earlier.length)) row.remove();
  }

  #drawCopies() {
    const [newest, ...earlier] = this.#tokens;
    if (!newest) return;
    this.#form.drawSelect(newest);
    this.#form.drawButton(find("#copy", this.#card), newest, this.titleOf(newest));
    for (const [index, shown] of earlier.entries()) {
      this.#form.drawButton(find("button", this.#rows[index]), shown, this.titleOf(shown));
    }
  }

  /**
   * The video's name, as a link to its page.
   * @param {HTMLElement} place
   * @param {Shown} shown
   */
  #link(place, shown) {
    const { video_id: id } = shown.info;
    const title = this.titleOf(shown);
    const drawn = `${id}\n${title}`;
    if (this.#links.get(place) === drawn) return;
    this.#links.set(place, drawn);
    if (id === null) return place.replaceChildren(title);
    const href = `https://www.youtube.com/watch?v=${id}`;
    const link = element("a", { href, target: "_blank", title: id, "data-video": id }, ...isolated(title, [title]));
    place.replaceChildren(link);
  }
}

function newRow() {
  return element(
    "li",
    {},
    element("span", { class: "for" }),
    element("span", { class: "short" }),
    element("button", { type: "button", class: "quiet small" }),
  );
}
