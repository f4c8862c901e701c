// What is wrong outside the browser: places that could not take a token, and a host that is gone. Each new fault is told
// once, and not again while it lasts.

import { getMessage } from "./i18n.js";
import { DEFAULTS, readNoticeSettings } from "./notice-settings.js";
import { notify, onNotificationClicked, openPopup } from "./notify.js";
import { problemText } from "./problem-text.js";
import { orElse, unwaited } from "./problems.js";
import { hostWasThere, toldFaults } from "./storage.js";

/** @typedef {import("../types/messages.js").Status} Status */
/** @typedef {import("../types/messages.js").Problem} Problem */
/** @typedef {{id: string, title: string, message: string}} Fault */

/** Marks the notifications that are of faults. */
const MARK = "fault/";
const HOST_GONE = `${MARK}host`;
/** A host that is replaced by a newer one is gone for a try or two. */
const TRIES = 3;

export class Faults {
  /** @type {Promise<Set<string>>} Which were told and last. */
  #told = orElse(toldFaults.get(), []).then((ids) => new Set(ids));
  #wasThere = orElse(hostWasThere.get(), false);
  /** How often in a row the host could not be started. */
  #failures = 0;
  /** Whether nobody looks at this browser. */
  #isUnattended = false;
  /** One change at a time. */
  #done = Promise.resolve();

  constructor() {
    onNotificationClicked(MARK, () => void openPopup());
  }

  /**
   * @param {{unattended: boolean}} hello What the host said of itself.
   */
  hostReady({ unattended }) {
    this.#isUnattended = unattended;
    this.#failures = 0;
    this.#wasThere = Promise.resolve(true);
    unwaited(hostWasThere.set(true));
    this.#change((id) => id === HOST_GONE, []);
  }

  /** The host could not be started, or has ended. One that never was there is none that is gone. */
  hostAbsent() {
    this.#failures += 1;
    if (this.#failures !== TRIES) return;
    const fault = { id: HOST_GONE, title: getMessage("fault_host"), message: getMessage("fault_host_what") };
    void this.#wasThere.then((wasThere) => wasThere && this.#change((id) => id === HOST_GONE, [fault]));
  }

  /**
   * @param {Status} status
   */
  status(status) {
    if (status.unknown?.includes("sinks")) return;
    const faults = failedSinks(status).map(({ sink, problem }) => ({
      id: idOf(sink),
      title: getMessage("fault_place"),
      message: `${sink.place}\n${problemText(problem)}`,
    }));
    // A place that is tried again just now has neither failed nor been repaired.
    const pending = new Set(status.sinks.filter(({ last }) => last?.outcome === "pending").map(idOf));
    this.#change((id) => id !== HOST_GONE && !pending.has(id), faults);
  }

  /**
   * @param {(id: string) => boolean} concerns Of which faults these are all that there are.
   * @param {Fault[]} faults
   */
  #change(concerns, faults) {
    this.#done = this.#done.then(async () => {
      const told = await this.#told;
      const over = [...told].filter((id) => concerns(id) && !faults.some((fault) => fault.id === id));
      const fresh = faults.filter(({ id }) => !told.has(id));
      if (over.length === 0 && fresh.length === 0) return;
      for (const id of over) told.delete(id);
      for (const { id } of fresh) told.add(id);
      await orElse(toldFaults.set([...told]), undefined);
      for (const id of over) void chrome.notifications.clear(id);
      const { faults: isOn } = await orElse(readNoticeSettings(), DEFAULTS);
      if (!isOn || this.#isUnattended) return;
      for (const { id, title, message } of fresh) notify(id, title, message);
    });
  }
}

/**
 * @param {{kind: string, place: string}} sink
 */
function idOf({ kind, place }) {
  return `${MARK}place/${kind}/${place}`;
}

/**
 * The places that could not take the newest token, or whose content cannot be read, each with why.
 * @param {Status} status
 */
export function failedSinks({ sinks }) {
  return sinks.flatMap((sink) => {
    const { last, now, problem } = sink;
    // Somebody else may have written it meanwhile.
    const failure = last?.outcome === "failed" && now?.holds !== "newest" ? last : undefined;
    const why = problem ?? failure;
    return why ? [{ sink, problem: /** @type {Problem} */ (why) }] : [];
  });
}
