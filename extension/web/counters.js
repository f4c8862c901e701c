// Counts what stood where a token should be: shows the counts to the popup, and tells them to the host.

import { orElse, unwaited } from "./problems.js";
import { profileName } from "./profile.js";
import * as storage from "./storage.js";

/** Several changes within this time are told once. */
const DELAY_MS = 2000;

export class CountersReport {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {import("../types/messages.js").Counters | undefined} Undefined until they change. */
  #counters;
  #host;

  /**
   * @param {Pick<import("./host-port.js").HostPort, "isReady" | "post">} host
   */
  constructor(host) {
    this.#host = host;
  }

  /**
   * The counts have changed.
   * @param {import("../types/messages.js").Counters} counters
   */
  change(counters) {
    this.#counters = counters;
    unwaited(storage.counters.set(counters));
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.tell();
    }, DELAY_MS);
  }

  /** Tells the host, if it is ready. */
  async tell() {
    const counters = this.#counters ?? (await orElse(storage.counters.get(), undefined));
    if (!this.#host.isReady || !counters) return;
    this.#host.post({ type: "counters", profile: await profileName(), counters });
    this.#host.post({ type: "status" });
  }
}
