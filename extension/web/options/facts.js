// What the sections show of the extension's state, and when it changes.

import { DEFAULTS, readCaptureSettings } from "../capture-settings.js";
import { missingHosts, onPermissionsChanged } from "../permitted-hosts.js";
import { keepFocus } from "../popup/element.js";
import * as storage from "../storage.js";

/**
 * @typedef {{
 *   host: import("../host-port.js").HostState,
 *   status: import("../../types/messages.js").Status | undefined,
 *   problems: import("../problems.js").ExtensionProblem[],
 *   counters: import("../../types/messages.js").Counters | undefined,
 *   told: string[],
 *   missing: string[],
 *   paused: boolean,
 * }} Facts `told`: the faults that notifications told of, and that last. `missing`: the sites whose permission is missing.
 */

/**
 * @returns {Promise<Facts>}
 */
export async function readFacts() {
  /** @type {storage.Stored} */
  const stored = await storage.readSession().catch(() => ({}));
  const settings = await readCaptureSettings().catch(() => DEFAULTS);
  const missing = await missingHosts();
  return {
    host: storage.host.in(stored),
    status: storage.status.in(stored),
    problems: storage.problems.in(stored),
    counters: storage.counters.in(stored),
    told: storage.toldFaults.in(stored),
    missing,
    paused: settings.paused,
  };
}

/**
 * Has the facts drawn now and whenever one changes. What has the focus keeps it, or the next thing gets it.
 * @param {(facts: Facts) => void} draw
 */
export function followFacts(draw) {
  let draws = 0;
  const drawNew = async () => {
    draws += 1;
    const own = draws;
    const facts = await readFacts();
    // One that was overtaken draws nothing.
    if (own === draws) keepFocus(() => draw(facts));
  };
  storage.onSessionChanged(() => void drawNew());
  storage.captureSettings.onChanged(() => void drawNew());
  onPermissionsChanged(() => void drawNew());
  void drawNew();
}
