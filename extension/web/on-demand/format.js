// A token request in words.

import { formatTime, getMessage } from "../i18n.js";

/** @typedef {import("./history.js").Row} Row */

/**
 * Who requested a token, and when.
 * @param {Row} row
 */
export function clientOf({ client, at }) {
  return getMessage("token_request_row", nameOf(client), formatTime(at));
}

/**
 * What people call a program that asks.
 * @param {string} client
 */
export function nameOf(client) {
  return getMessage(`token_request_by_${client.replaceAll("-", "_")}`) || client;
}

/**
 * How the request stands or ended.
 * @param {Row} row
 */
export function stateOf({ state, message }) {
  return message ?? getMessage(`token_request_state_${state}`);
}
