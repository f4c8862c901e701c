// Makes, finds and fills elements.

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, string | boolean>} [attributes]
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== false) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

/**
 * Sets a text if it is another one. Screen readers read a text that is set again.
 * @param {HTMLElement} place
 * @param {string} text
 */
export function write(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

/**
 * The element that the page's HTML has for this.
 * @param {string} selector
 * @param {ParentNode} [within]
 * @returns {HTMLElement}
 */
export function find(selector, within = document) {
  const found = within.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`the page has no ${selector}`);
  return found;
}

/**
 * A text in which each of these names is kept apart, so that one of another direction of writing does not turn it around.
 * @param {string} text
 * @param {string[]} names
 * @returns {(Node | string)[]}
 */
export function isolated(text, names) {
  const [name, ...others] = names;
  if (name === undefined) return text === "" ? [] : [text];
  const at = name === "" ? -1 : text.indexOf(name);
  if (at < 0) return isolated(text, others);
  return [
    ...isolated(text.slice(0, at), others),
    element("bdi", {}, name),
    ...isolated(text.slice(at + name.length), others),
  ];
}

/**
 * Draws. If what had the focus goes, the next button that is still there gets it, and not the page.
 * @param {() => void} draw
 */
export function keepFocus(draw) {
  const focused = document.activeElement;
  const place = focused instanceof HTMLElement ? focused.closest("section, details, header") : null;
  draw();
  if (!(focused instanceof HTMLElement) || focused === document.body || isThere(focused)) return;
  // A part that draws may know better where it belongs.
  const now = document.activeElement;
  if (now instanceof HTMLElement && now !== focused && now !== document.body) return;
  const near = [
    ...(place?.querySelectorAll(FOCUSABLE) ?? []),
    ...(document.querySelector("main")?.querySelectorAll(FOCUSABLE) ?? []),
    ...document.querySelectorAll(FOCUSABLE),
  ];
  const next = near.find((other) => other instanceof HTMLElement && isThere(other));
  if (next instanceof HTMLElement) next.focus();
}

const FOCUSABLE = "button, a, select, input, summary";

/**
 * @param {HTMLElement} shown
 */
function isThere(shown) {
  return shown.isConnected && shown.checkVisibility();
}
