// The keys of the commands, and where the browser lets them be changed.

import { isFirefox } from "../browser-family.js";
import { getMessage } from "../i18n.js";
import { element, keepFocus } from "../popup/element.js";
import { section } from "./section.js";

/** The section. It follows the browser's page of shortcuts, which is another tab. */
export function shortcuts() {
  const list = element("ul", { class: "shortcuts" });
  let drawn = "";
  document.addEventListener("visibilitychange", () => void draw());
  void draw();

  async function draw() {
    const commands = await chrome.commands.getAll();
    const text = JSON.stringify(commands);
    if (text === drawn) return;
    drawn = text;
    keepFocus(() => list.replaceChildren(...commands.map(rowOf)));
  }

  return section("shortcuts", getMessage("options_shortcuts"), list);
}

/**
 * @param {chrome.commands.Command} command
 */
function rowOf({ name, description, shortcut }) {
  // Chromium gives no description of the one that opens the popup.
  const words = description || (name === "_execute_action" ? getMessage("open_command") : (name ?? ""));
  const keys = shortcut ? element("kbd", {}, shortcut) : element("span", { class: "soft" }, getMessage("options_no_keys"));
  const label = getMessage("options_change_keys");
  const change = element("button", { type: "button", class: "quiet small", name: "change" }, label);
  change.ariaLabel = getMessage("copy_of", label, words);
  change.addEventListener("click", () => void openPage());
  return element("li", { "data-command": name ?? "" }, element("span", {}, words), keys, change);
}

/** The browser's own page for shortcuts. */
function openPage() {
  if (isFirefox()) {
    /** @type {typeof chrome.commands & {openShortcutSettings?: () => Promise<void>}} Firefox alone has it. */
    const commands = chrome.commands;
    return commands.openShortcutSettings?.();
  }
  const own = navigator.userAgent.includes(" Edg/") ? "edge" : "chrome";
  return chrome.tabs.create({ url: `${own}://extensions/shortcuts` });
}
