// What the button in the browser's toolbar says without the popup. The worst fact is said.

import { getMessage } from "./i18n.js";

/**
 * `problems`: what is wrong with the extension itself. `missing`: whether a permission for one of YouTube's sites is missing.
 * `host`: how the connection to the host stands. `failed`: the places that could not take the newest token.
 * `asking`: whether the user is asked if programs may have videos opened. `troubled`: whether the host has another problem, as with its configuration. `fetching`: whether a program's request for
 * a token is waited for. `running`: how many downloads are under way. `expired`: the tabs whose video has a token that
 * has probably expired. `tabs`: those that have or had one.
 * @typedef {{
 *   problems: import("./problems.js").ProblemCode[],
 *   missing: boolean,
 *   host: import("./host-port.js").HostState["kind"],
 *   failed: string[],
 *   troubled: boolean,
 *   paused: boolean,
 *   asking: boolean,
 *   fetching: boolean,
 *   running: number,
 *   expired: number[],
 *   tabs: number[],
 * }} ActionState
 *
 * @typedef {{title: string, badge?: string, color?: keyof typeof COLORS, icon?: keyof typeof ICONS}} Look
 */

/** The ground of the badge and its text: 4.5 : 1 and more, and seen on light and dark toolbars. */
const COLORS = {
  bad: ["#b3261e", "#ffffff"],
  old: ["#f2a60d", "#1d1b19"],
  plain: ["#57514b", "#ffffff"],
};

/** The icon has a ground of its own, so that light and dark toolbars have the same. */
const ICONS = {
  on: { 16: "/icons/16.png", 32: "/icons/32.png" },
  off: { 16: "/icons/off-16.png", 32: "/icons/off-32.png" },
};

/** @type {ActionState} */
const state = {
  problems: [],
  missing: false,
  host: "connecting",
  failed: [],
  troubled: false,
  paused: false,
  asking: false,
  fetching: false,
  running: 0,
  expired: [],
  tabs: [],
};
/** @type {Map<number | undefined, string>} What each tab's button shows; under `undefined` what the others' do. */
const shown = new Map();

/**
 * @param {Partial<ActionState>} change
 */
export function showOnAction(change) {
  Object.assign(state, change);
  const look = worst() ?? rest();
  show(look, undefined);
  for (const tab of state.tabs) show(state.expired.includes(tab) ? (worst() ?? expired()) : look, tab);
  for (const tab of shown.keys()) if (tab !== undefined && !state.tabs.includes(tab)) shown.delete(tab);
}

/**
 * What goes before the token of the tab's video.
 * @returns {Look | undefined}
 */
function worst() {
  const { problems, missing, host, failed, troubled, paused, asking } = state;
  if (problems.includes("not-loaded")) return bad(getMessage("action_damaged"));
  if (missing) return bad(getMessage("action_missing"));
  if (problems.length > 0) return bad(getMessage("action_storage"));
  if (host === "refused") return bad(getMessage("action_refused"));
  if (host === "absent") return { title: getMessage("action_absent"), icon: "off" };
  if (failed.length === 1) return bad(getMessage("action_failed", failed[0]));
  if (failed.length > 1) return bad(getMessage("action_failed_places", String(failed.length)));
  if (troubled) return bad(getMessage("action_troubled"));
  if (paused) return { title: getMessage("action_paused"), badge: "||" };
  // A question is no fault, and a program waits for its answer.
  if (asking) return { title: getMessage("action_asking"), badge: "?", color: "old" };
  return undefined;
}

/**
 * @returns {Look}
 */
function rest() {
  const { fetching, running } = state;
  if (fetching) return { title: getMessage("action_fetching"), badge: "…" };
  if (running > 0) return { title: getMessage("action_running", String(running)), badge: String(running) };
  return { title: getMessage(state.host === "ready" ? "action_working" : "name") };
}

/**
 * @param {string} title
 * @returns {Look}
 */
function bad(title) {
  return { title, badge: "!", color: "bad" };
}

/**
 * @returns {Look}
 */
function expired() {
  return { title: getMessage("action_expired"), badge: "!", color: "old" };
}

/**
 * A button is changed only if it shows something else. Browsers forget a tab's own look when it goes to another page.
 * @param {Look} look
 * @param {number | undefined} tabId
 */
function show(look, tabId) {
  const { title, badge = "", color = "plain", icon = "on" } = look;
  const text = JSON.stringify([title, badge, color, icon]);
  if (shown.get(tabId) === text) return;
  shown.set(tabId, text);
  const [ground, ink] = COLORS[color];
  const { action } = chrome;
  for (const call of [
    action.setTitle({ tabId, title }),
    action.setBadgeText({ tabId, text: badge }),
    action.setBadgeBackgroundColor({ tabId, color: ground }),
    action.setBadgeTextColor({ tabId, color: ink }),
    action.setIcon({ tabId, path: ICONS[icon] }),
  ]) {
    // The tab may be closed by now.
    call.catch(() => {});
  }
}

/**
 * A tab has gone to another page: the browser has forgotten what its own button showed.
 * @param {number} tab
 */
export function forgetTab(tab) {
  state.tabs = state.tabs.filter((other) => other !== tab);
  shown.delete(tab);
}
