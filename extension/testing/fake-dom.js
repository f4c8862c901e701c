// As much of a page as the popup's parts need in unit tests: elements, texts, the focus.

/** Attributes that are properties too. */
const REFLECTED = ["hidden", "disabled", "checked", "required"];

export class FakeElement {
  /** @type {FakeElement | undefined} */
  parent;
  /** @type {(FakeElement | string)[]} */
  nodes = [];
  /** @type {Map<string, string>} */
  attributes = new Map();
  /** @type {Record<string, string>} */
  dataset = {};
  hidden = false;
  disabled = false;
  checked = false;
  required = false;
  value = "";
  defaultValue = "";
  title = "";
  ariaLabel = "";
  /** @type {Map<string, ((event: object) => void)[]>} */
  #listeners = new Map();

  /**
   * @param {string} name
   */
  constructor(name) {
    this.name = name;
  }

  get children() {
    return this.nodes.filter((node) => node instanceof FakeElement);
  }

  get textContent() {
    return this.nodes.map((node) => (typeof node === "string" ? node : node.textContent)).join("");
  }

  /** @param {string} text */
  set textContent(text) {
    this.replaceChildren(text);
  }

  get valueAsNumber() {
    return this.value === "" ? Number.NaN : Number(this.value);
  }

  /** @param {number} number */
  set valueAsNumber(number) {
    this.value = String(number);
  }

  /** @returns {FakeElement | null} */
  get parentNode() {
    return this.parent ?? null;
  }

  get className() {
    return this.getAttribute("class") ?? "";
  }

  /** @param {string} name */
  set className(name) {
    this.setAttribute("class", name);
  }

  /** @returns {boolean} */
  get isConnected() {
    return this === page.body || this === page.head || (this.parent?.isConnected ?? false);
  }

  /**
   * @param {string} name
   * @param {string} value
   */
  setAttribute(name, value) {
    this.attributes.set(name, value);
    if (name.startsWith("data-")) this.dataset[name.slice("data-".length)] = value;
    if (REFLECTED.includes(name)) Object.assign(this, { [name]: true });
    if (name === "title" || name === "value") this[name] = value;
  }

  /**
   * @param {string} name
   */
  getAttribute(name) {
    return this.attributes.get(name) ?? null;
  }

  /**
   * @param {string} name
   */
  removeAttribute(name) {
    this.attributes.delete(name);
    if (name === "value") this.value = "";
  }

  /**
   * @param {(FakeElement | string)[]} nodes
   */
  append(...nodes) {
    for (const node of nodes) this.insertBefore(node, null);
  }

  /**
   * @param {(FakeElement | string)[]} nodes
   */
  replaceChildren(...nodes) {
    for (const child of this.children) child.remove();
    this.nodes = [];
    this.append(...nodes);
  }

  /**
   * @param {FakeElement} node
   */
  after(node) {
    const { children = [] } = this.parent ?? {};
    this.parent?.insertBefore(node, children[children.indexOf(this) + 1] ?? null);
  }

  /**
   * As in a browser, an element that is moved loses the focus.
   * @param {FakeElement | string} node
   * @param {FakeElement | null} before
   */
  insertBefore(node, before) {
    if (node instanceof FakeElement) {
      node.remove();
      node.parent = this;
    }
    this.nodes.splice(before ? this.nodes.indexOf(before) : this.nodes.length, 0, node);
  }

  remove() {
    if (!this.parent) return;
    this.parent.nodes.splice(this.parent.nodes.indexOf(this), 1);
    this.parent = undefined;
    if (page.activeElement && !page.activeElement.isConnected) page.activeElement = undefined;
  }

  /**
   * @param {string} type
   * @param {(event: object) => void} listener
   */
  addEventListener(type, listener) {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  /**
   * @param {string} type
   */
  emit(type) {
    for (const listener of this.#listeners.get(type) ?? []) listener({ target: this });
  }

  click() {
    if (!this.disabled) this.emit("click");
  }

  focus() {
    if (this.isConnected && !this.hidden) page.activeElement = this;
  }

  /**
   * @param {FakeElement | null | undefined} other
   * @returns {boolean}
   */
  contains(other) {
    return other === this || this.children.some((child) => child.contains(other));
  }

  /** @returns {boolean} */
  checkVisibility() {
    return !this.hidden && (this.parent?.checkVisibility() ?? true);
  }

  /**
   * The first element below with this class (`.x`), id (`#x`), attribute (`[name=x]`) or tag.
   * @param {string} selector
   * @returns {FakeElement | null}
   */
  querySelector(selector) {
    for (const child of this.children) {
      const found = child.matches(selector) ? child : child.querySelector(selector);
      if (found) return found;
    }
    return null;
  }

  /**
   * @param {string} selector As in `querySelector`, or several with commas between.
   * @returns {FakeElement[]}
   */
  querySelectorAll(selector) {
    return this.children.flatMap((child) => [...(child.matches(selector) ? [child] : []), ...child.querySelectorAll(selector)]);
  }

  /**
   * @param {string} selector
   * @returns {FakeElement | null}
   */
  closest(selector) {
    return this.matches(selector) ? this : (this.parent?.closest(selector) ?? null);
  }

  /**
   * @param {string} selector
   * @returns {boolean}
   */
  matches(selector) {
    if (selector.includes(", ")) return selector.split(", ").some((one) => this.matches(one));
    if (selector.startsWith(".")) return (this.getAttribute("class") ?? "").split(" ").includes(selector.slice(1));
    if (selector.startsWith("#")) return this.getAttribute("id") === selector.slice(1);
    const [, name, value] = /^\[([\w-]+)=(.*)\]$/.exec(selector) ?? [];
    if (name) return this.getAttribute(name) === value;
    return this.name === selector;
  }
}

/** The document. */
const page = {
  /** @type {FakeElement | undefined} */
  activeElement: undefined,
  head: new FakeElement("head"),
  body: new FakeElement("body"),
  documentElement: { lang: "", dir: "" },
  createElement: (/** @type {string} */ name) => new FakeElement(name),
  createElementNS: (/** @type {string} */ _, /** @type {string} */ name) => new FakeElement(name),
  querySelector: (/** @type {string} */ selector) => page.body.querySelector(selector),
  querySelectorAll: (/** @type {string} */ selector) => page.body.querySelectorAll(selector),
};

const VOID_ELEMENTS = ["img", "link", "meta", "input"];

/**
 * The elements of plain HTML: each tag closed, and no text.
 * @param {string} html
 */
function parse(html) {
  const root = new FakeElement("root");
  let at = root;
  for (const [, isEnd, name, attributes] of html.matchAll(/<(\/?)(\w+)([^>]*)>/g)) {
    if (isEnd) {
      at = at.parent ?? root;
      continue;
    }
    const element = new FakeElement(name);
    for (const [, key, value = ""] of attributes.matchAll(/([\w-]+)(?:="([^"]*)")?/g)) element.setAttribute(key, value);
    at.append(element);
    if (!VOID_ELEMENTS.includes(name)) at = element;
  }
  return root;
}

/**
 * Gives the code under test a page: an empty one, or the body of this HTML.
 * @param {string} [html]
 */
export function installDocument(html = "") {
  page.activeElement = undefined;
  page.head.replaceChildren();
  page.body.replaceChildren(...(parse(html).querySelector("body")?.children ?? []));
  Object.assign(globalThis, { document: page, HTMLElement: FakeElement });
  return page;
}
