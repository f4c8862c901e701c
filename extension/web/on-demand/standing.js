// How it stands with the consent that programs may have videos opened, for people.

import { getMessage } from "../i18n.js";

/**
 * `isOn`: whether videos are opened. `mayAsk`: whether programs may ask at all. `file`: the configuration, if it decides.
 * `words`: in a sentence.
 * @typedef {{isOn: boolean, mayAsk: boolean, file?: string, words: string}} Standing
 *
 * The user's answer goes before the configuration, unless that forbids it.
 * @param {import("./settings.js").OnDemandSettings} settings
 * @param {import("../../types/messages.js").Status} [status] The host's last one.
 * @returns {Standing}
 */
export function standingOf({ accept }, status) {
  const { consent, config: file = "" } = status ?? {};
  if (consent === "refused") {
    return { isOn: false, mayAsk: false, file, words: getMessage("token_requests_off_by_config") };
  }
  if (accept === false) return { isOn: false, mayAsk: false, words: getMessage("token_requests_off_here") };
  if (accept) return { isOn: true, mayAsk: true, words: getMessage("token_requests_on_here") };
  if (consent === "given") {
    return { isOn: true, mayAsk: true, file, words: getMessage("token_requests_on_by_config") };
  }
  return { isOn: false, mayAsk: true, words: getMessage("token_requests_asks_first") };
}
