// Whether captions are shown: one switch for all videos of a page.

export class Captions extends EventTarget {
  #shown = false;

  get shown() {
    return this.#shown;
  }

  /** Shows or hides them. Tells `show` when they appear. */
  toggle() {
    this.#shown = !this.#shown;
    if (this.#shown) this.dispatchEvent(new Event("show"));
  }
}
