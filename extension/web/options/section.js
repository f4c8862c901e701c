// The parts that the sections of the options page are made of.

import { getMessage } from "../i18n.js";
import { copyLine } from "../popup/copy.js";
import { element, isolated } from "../popup/element.js";

/**
 * A section with its heading. `id` is what the navigation leads to.
 * @param {string} id
 * @param {string} heading
 * @param {(Node | string)[]} children
 */
export function section(id, heading, ...children) {
  return element(
    "section",
    { id, class: "card", "aria-labelledby": `${id}-heading` },
    element("h2", { id: `${id}-heading` }, heading),
    ...children,
  );
}

/**
 * A command for a terminal, with a button that copies it.
 * @param {string} command
 */
export function commandLine(command) {
  return copyLine(command, { class: "quiet small", name: "copy-command" });
}

/**
 * A paragraph in which names and paths are kept apart.
 * @param {string} text
 * @param {string[]} [names]
 * @param {string} [className]
 */
export function paragraph(text, names = [], className = "") {
  return element("p", { class: className }, ...isolated(text, names));
}

/**
 * Whether something works, as a sign that is read out too.
 * @param {"good" | "bad" | "warn" | "open"} how
 */
export function mark(how) {
  const sign = { good: "✓", bad: "✗", warn: "!", open: "?" }[how];
  return element("span", { class: "mark", "data-how": how, role: "img", "aria-label": getMessage(`mark_${how}`) }, sign);
}

/**
 * A word of a command, as shells take it.
 * @param {string} text
 */
export function shellWord(text) {
  if (text !== "" && /^[\p{L}\p{N}/._\-+:,@%]*$/u.test(text)) return text;
  if (navigator.userAgent.includes("Windows")) return /^[\w:\\.-]+$/.test(text) ? text : `"${text}"`;
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Says something once to people who hear the page. */
export function say(/** @type {string} */ text) {
  const place = document.querySelector("#said");
  if (place) place.textContent = text;
}
