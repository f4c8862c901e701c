// A line to be copied, with the button that copies it.

import { getMessage } from "../i18n.js";
import { copyButton } from "../popup/copy.js";
import { element } from "../popup/element.js";

/**
 * @param {string} text What is copied.
 * @param {string} [label] What the button says.
 */
export function commandLine(text, label = getMessage("welcome_copy")) {
  const button = element("button", { type: "button", class: "quiet" });
  copyButton(button, { text, label, name: getMessage("copy_of", label, text) });
  return element("p", { class: "command" }, element("code", { dir: "ltr" }, text), button);
}
