// Buttons that copy a text.

import { getMessage } from "../i18n.js";
import { element, write } from "./element.js";

/** @type {WeakMap<HTMLElement, string>} What each button copies, with its label. */
const copies = new WeakMap();

/**
 * Has a button say anew that it copies, as it is out of sight.
 * @param {HTMLElement} button
 */
export function forgetCopied(button) {
  copies.delete(button);
}

/**
 * @param {HTMLElement} button
 * @param {{text: string | undefined, label: string, name?: string}} what `name` is what screen readers call it.
 */
export function copyButton(button, { text = "", label, name }) {
  // A button that still copies the same text goes on saying that it was copied.
  const copied = `${label}\n${text}`;
  if (copies.get(button) === copied) return;
  copies.set(button, copied);
  write(button, label);
  if (name) button.ariaLabel = name;
  button.onclick = async () => {
    await navigator.clipboard.writeText(text);
    if (name) button.ariaLabel = getMessage("copy_of", getMessage("copied"), name);
    write(button, getMessage("copied"));
  };
}

/**
 * A line for a terminal or a settings field, with a button that copies it.
 * @param {string} text
 * @param {Record<string, string>} attributes Of the button.
 */
export function copyLine(text, attributes) {
  const label = getMessage("copy");
  const button = element("button", { type: "button", ...attributes });
  copyButton(button, { text, label, name: getMessage("copy_of", label, text) });
  return element("p", { class: "command" }, element("code", { dir: "ltr" }, text), button);
}
