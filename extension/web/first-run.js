// Opens the first-run page once, after the extension was installed, where somebody is who sets it up.

import { orElse } from "./problems.js";
import { firstRun } from "./storage.js";

const PAGE = "welcome/welcome.html";

/** A part of the first-run page. @typedef {"helper" | "place" | "try"} Step */

/**
 * Opens the first-run page in a tab.
 * @param {Step} [step] Where it begins.
 */
export function openFirstRunPage(step) {
  const url = chrome.runtime.getURL(PAGE) + (step ? `#${step}` : "");
  return chrome.tabs.create({ url });
}

/** It waits for what the host says of the browser: in one that is thrown away, or that nobody looks at, nobody needs the page. */
export class FirstRun {
  /** Whether somebody is there to read it. Undefined until that is known. @type {boolean | undefined} */
  #isWanted;
  /** One after the other. */
  #done = Promise.resolve();

  /** What counts is that nothing is known of an earlier installation, whatever the browser tells of this one. */
  constructor() {
    chrome.runtime.onInstalled.addListener(({ reason }) => {
      if (reason === "update") this.#then(() => firstRun.change({ isDue: false }));
    });
    this.#then(async () => {
      const { installedAt } = await firstRun.get();
      if (installedAt === undefined) await firstRun.change({ installedAt: Date.now(), isDue: true });
    });
  }

  /**
   * @param {{unattended: boolean, temporary?: boolean}} hello What the host said of the browser. An older host does not say all of it.
   */
  hostReady({ unattended, temporary = false }) {
    this.#isWanted = !unattended && !temporary;
    this.#then(async () => {});
  }

  /** There is no host that would say more. */
  hostUnusable() {
    this.#isWanted ??= true;
    this.#then(async () => {});
  }

  /**
   * @param {() => Promise<void>} change
   */
  #then(change) {
    this.#done = this.#done.then(() => orElse(change().then(() => this.#openIfDue()), undefined));
  }

  async #openIfDue() {
    // Whether this is an update is known by then.
    if (this.#isWanted === undefined || !(await firstRun.get()).isDue) return;
    // Without a window there is no place for a tab: then it stays due.
    const isOver = !this.#isWanted || (await openFirstRunPage().then(Boolean, () => false));
    if (isOver) await firstRun.change({ isDue: false });
  }
}
