// The links to the sections.

import { getMessage } from "../i18n.js";
import { element } from "../popup/element.js";

/**
 * @param {HTMLElement[]} sections
 */
export function navigation(sections) {
  const links = sections.map((section) => {
    const heading = section.querySelector("h2")?.textContent ?? "";
    return element("li", {}, element("a", { href: `#${section.getAttribute("id")}` }, heading));
  });
  return element("nav", { "aria-label": getMessage("options_sections") }, element("ul", {}, ...links));
}
