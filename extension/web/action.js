// What the button in the browser's toolbar says without the popup. The worst fact is said.

import { getMessage } from "./i18n.js";

/**
 * `missing`: whether a permission for one of YouTube's sites is missing. `running`: how many downloads are under way.
 * @typedef {{missing: boolean, paused: boolean, running: number}} ActionState
 */

/** @type {ActionState} */
const state = { missing: false, paused: false, running: 0 };

/**
 * @param {Partial<ActionState>} change
 */
export function showOnAction(change) {
  Object.assign(state, change);
  void chrome.action.setBadgeText({ text: badge() });
  void chrome.action.setTitle({ title: title() });
}

function badge() {
  if (state.missing) return "!";
  if (state.paused) return "||";
  return state.running > 0 ? String(state.running) : "";
}

function title() {
  if (state.missing) return getMessage("action_missing");
  return getMessage(state.paused ? "action_paused" : "name");
}
