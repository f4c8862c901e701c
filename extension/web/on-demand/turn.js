// One at a time, in the order in which they come.

export class Turn {
  /** @type {Promise<void>} */
  #last = Promise.resolve();

  /**
   * Waits for its turn.
   * @returns {Promise<() => void>} What ends the turn. Later calls of it do nothing.
   */
  async take() {
    const before = this.#last;
    let end = () => {};
    this.#last = new Promise((resolve) => (end = resolve));
    await before;
    return end;
  }
}
