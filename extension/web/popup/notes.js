// What was seen and is no token, if it tells why there is none.

import { getMessage } from "../i18n.js";
import { element, find, write } from "./element.js";

const KINDS = /** @type {const} */ (["unreadable", "malformed", "fallback", "cold_start"]);

/** @type {Map<string, HTMLLIElement>} By kind. */
const rows = new Map();

/**
 * @param {import("../../types/messages.js").Counters | undefined} counted
 */
export function drawNotes(counted) {
  const list = find("#counters");
  const seen = KINDS.filter((kind) => counted?.[kind]);
  list.hidden = seen.length === 0;
  for (const kind of KINDS) {
    if (!seen.includes(kind)) rows.get(kind)?.remove();
    else {
      const row = rows.get(kind) ?? newRow(kind);
      write(find("span", row), getMessage(`counter_${kind}`, String(counted?.[kind])));
      if (row.parentNode !== list) list.append(row);
    }
  }
}

/**
 * @param {(typeof KINDS)[number]} kind
 */
function newRow(kind) {
  const row = element("li", { "data-kind": kind }, element("span"));
  if (kind === "unreadable") {
    const button = element("button", { type: "button", class: "quiet small" }, getMessage("reload_tab"));
    button.onclick = () => void reloadTab();
    row.append(" ", button);
  }
  rows.set(kind, row);
  return row;
}

/** Reloads the page that the user looks at. Its requests are read in another way from then on. */
async function reloadTab() {
  const [tab] = await chrome.tabs.query({ active: true, currentWindow: true });
  if (tab?.id !== undefined) await chrome.tabs.reload(tab.id);
}
