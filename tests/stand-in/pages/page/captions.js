// The captions switch, one for all videos of a page.

export class Captions extends EventTarget {
  #shown = false;

  get shown() {
    return this.#shown;
  }

  /** Shows or hides the captions. Fires `show` when they appear. */
  toggle() {
    this.#shown = !this.#shown;
    if (this.#shown) this.dispatchEvent(new Event("show"));
  }
}
