// Wishes, in the popup: who asked for which video and what came of it, and what the user allows.

import { element, write } from "../popup/element.js";
import { say, sayTime } from "../i18n.js";
import { askedIn } from "./history.js";
import { LIMITS, onSettings, set, settings } from "./settings.js";

/** @typedef {import("./history.js").Row} Row */

/**
 * @param {HTMLElement} place
 * @returns {import("../feature.js").PopupFeature}
 */
export function onDemand(place) {
  const heading = element("h2", { id: "wishes-heading" }, say("wish_heading"));
  const list = element("ul");
  const asking = element("input", { type: "checkbox", name: "asking", "aria-describedby": "wishes-why" });
  const limit = element("input", {
    type: "number",
    name: "limit",
    min: String(LIMITS.least),
    max: String(LIMITS.most),
    required: true,
    "aria-label": say("wish_limit_label"),
  });
  const [before, after] = say("wish_limit", "\n").split("\n");
  const section = element(
    "section",
    { id: "wishes", "aria-labelledby": "wishes-heading" },
    heading,
    list,
    element("label", { class: "option" }, asking, say("wish_asking")),
    element("p", { id: "wishes-why", class: "why" }, say("wish_asking_why")),
    element("p", { class: "limit" }, before, limit, after),
  );
  /** @type {Map<string, HTMLLIElement>} By asker and video. */
  const lines = new Map();

  asking.addEventListener("change", () => void set({ asking: asking.checked }));
  limit.addEventListener("change", () => {
    limit.valueAsNumber = within(limit.valueAsNumber, limit.defaultValue);
    void set({ limit: limit.valueAsNumber });
  });
  onSettings(() => void recall());
  void recall();
  document.head.append(element("link", { rel: "stylesheet", href: new URL("popup.css", import.meta.url).href }));
  place.append(section);

  async function recall() {
    const allowed = await settings();
    asking.checked = allowed.asking;
    limit.disabled = !allowed.asking;
    limit.defaultValue = String(allowed.limit);
    if (limit !== document.activeElement) limit.value = limit.defaultValue;
  }

  return {
    draw({ stored }) {
      const rows = askedIn(stored);
      heading.hidden = list.hidden = rows.length === 0;
      for (const key of lines.keys()) if (!rows.some((row) => keyOf(row) === key)) lines.delete(key);
      const wanted = rows.map((row) => {
        const line = lines.get(keyOf(row)) ?? newLine(row);
        lines.set(keyOf(row), line);
        fill(line, row);
        return line;
      });
      // Put in anew only where that changes something: what is moved loses the focus.
      if (wanted.some((line, index) => list.children[index] !== line) || list.children.length !== wanted.length) {
        list.replaceChildren(...wanted);
      }
    },
  };
}

/**
 * @param {Row} row
 */
function newLine({ video_id }) {
  const href = `https://www.youtube.com/watch?v=${video_id}`;
  const link = element("a", { href, target: "_blank" }, video_id);
  const what = element("p", {}, link, " ", element("span", { class: "asker" }));
  return element("li", { "data-video": video_id }, what, element("p", { class: "outcome" }));
}

/**
 * @param {HTMLLIElement} line
 * @param {Row} row
 */
function fill(line, { asker, at, outcome, message }) {
  line.dataset.outcome = outcome;
  const name = say(`wish_by_${asker.replaceAll("-", "_")}`) || asker;
  const [who, came] = [".asker", ".outcome"].map((selector) => line.querySelector(selector));
  if (who instanceof HTMLElement) write(who, say("wish_row", name, sayTime(at)));
  if (came instanceof HTMLElement) write(came, message ?? say(`wish_outcome_${outcome}`));
}

/**
 * @param {Row} row
 */
function keyOf({ asker, video_id }) {
  return `${asker} ${video_id}`;
}

/**
 * A whole number that is allowed, or what stood there before.
 * @param {number} number
 * @param {string} before
 */
function within(number, before) {
  if (!Number.isFinite(number)) return Number(before);
  return Math.min(LIMITS.most, Math.max(LIMITS.least, Math.round(number)));
}
