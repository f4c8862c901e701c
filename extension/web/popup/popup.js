// Draws what the background script stored, and draws it again when that changes.

import { DEFAULTS, readCaptureSettings } from "../capture-settings.js";
import { features as makers } from "../features/popup.js";
import { getMessage, getMessageAround } from "../i18n.js";
import { missingHosts, onPermissionsChanged } from "../permitted-hosts.js";
import { isInPrivateWindow } from "../private-windows.js";
import {
  captureSettings,
  counters,
  host,
  journalEntries,
  onSessionChanged,
  problems,
  readSession,
  status,
} from "../storage.js";
import { element, find, write } from "./element.js";
import { heldLines, lifetimeOf, shortLifetimeOf, sinkLines } from "./format.js";
import { drawHeader } from "./header.js";
import { problemOf } from "./problem.js";
import { shownTokens } from "./tokens.js";

/** @typedef {import("./tokens.js").Shown} Shown */
/** @typedef {import("./tokens.js").TokenInfo} TokenInfo */
/** @typedef {import("../storage.js").Stored} Stored */

const EARLIER = 4;
/** @type {WeakMap<HTMLElement, string | undefined>} What each button copies. */
const copies = new WeakMap();
/** @type {import("../feature.js").PopupFeature[]} */
const features = makers.map((make) => make(find("#features")));
/** Once, since a popup stays in its window. */
const isPrivate = isInPrivateWindow();

onSessionChanged(() => void draw());
captureSettings.onChanged(() => void draw());
onPermissionsChanged(() => void draw());
/**
 * What the background script told: the storage may be what fails.
 * @type {import("../problems.js").ExtensionProblem[]}
 */
let told = [];
// Nobody listens if the background script could not start. The popup then shows what is stored.
chrome.runtime.sendMessage({ type: "popup-opened" }).then(
  (known) => {
    told = known ?? [];
    if (told.length > 0) void draw();
  },
  () => {},
);
void draw();

async function draw() {
  /** @type {Stored} */
  const stored = await readSession().catch(() => ({}));
  const { paused, privateWindows } = await readCaptureSettings().catch(() => DEFAULTS);
  const missing = await missingHosts();
  const hostState = host.in(stored);
  const hostStatus = status.in(stored);
  const inPrivate = await isPrivate;
  const tokens = shownTokens(journalEntries.in(stored), hostStatus?.tokens ?? [], inPrivate);

  drawHeader(hostState, paused);
  const own = [...problems.in(stored), ...told];
  drawProblem(problemOf({ missing, own, host: hostState, status: hostStatus }));
  drawToken(tokens[0], hostStatus);
  drawEarlier(tokens.slice(1, 1 + EARLIER));
  drawCounters(counters.in(stored));
  drawFeatures(stored, hostState.kind === "ready", tokens[0]);
  const held = tokens.length > 0 ? [] : heldLines(hostStatus);
  drawEmpty(tokens.length === 0, held, inPrivate && !privateWindows ? "empty_private" : paused ? "empty_paused" : "empty");
}

/**
 * What is said if there is no token, with what the places still hold.
 * @param {boolean} isEmpty
 * @param {import("./format.js").Line[]} held
 * @param {string} why
 */
function drawEmpty(isEmpty, held, why) {
  const places = find("#places");
  places.hidden = held.length === 0;
  places.replaceChildren(...held.map(lineElement));
  const empty = find("#empty");
  empty.hidden = !isEmpty;
  // Not that there is none yet, while a place holds one.
  write(empty, getMessage(why === "empty" && held.length > 0 ? "empty_held" : why));
}

/**
 * @param {import("./format.js").Line} line
 */
function lineElement({ kind, text }) {
  return element("li", { "data-outcome": kind }, text);
}

/**
 * @param {import("./problem.js").Problem | undefined} problem
 */
function drawProblem(problem) {
  const card = find("#problem");
  card.hidden = problem === undefined;
  if (!problem) return;
  find("h2", card).textContent = problem.title;
  find(".what", card).textContent = problem.what;
  const command = find(".command", card);
  command.hidden = problem.command === undefined;
  find("code", command).textContent = problem.command ?? "";
  copyButton(find("button", command), problem.command);
  const fix = find("#fix", card);
  const { missing = [] } = problem;
  fix.hidden = missing.length === 0;
  fix.textContent = getMessage("allow_youtube");
  fix.onclick = () => void chrome.permissions.request({ origins: missing });
}

/**
 * @param {Shown | undefined} shown
 * @param {import("../../types/messages.js").Status | undefined} status
 */
function drawToken(shown, status) {
  const card = find("#token");
  card.hidden = shown === undefined;
  if (!shown) return;
  const { info, entry } = shown;
  find(".for", card).replaceChildren(...videoLink(info));
  const sure = find(".sure", card);
  sure.hidden = !isProbable(info);
  write(sure, getMessage("probable_why"));
  const window = find(".window", card);
  window.hidden = !info.private;
  write(window, getMessage("private_window"));
  find("code", card).textContent = info.fingerprint;
  find("code", card).title = entry ? "" : getMessage("copy_elsewhere");
  const copy = find("#copy", card);
  copy.hidden = entry === undefined;
  copyButton(copy, entry?.capture?.token);
  find(".until", card).textContent = lifetimeOf(info);
  find(".sinks", card).replaceChildren(...sinkLines(entry, status).map(lineElement));
}

/**
 * @param {Shown[]} earlier
 */
function drawEarlier(earlier) {
  const section = find("#earlier");
  section.hidden = earlier.length === 0;
  write(find("summary", section), getMessage("earlier", String(earlier.length)));
  find("ul", section).replaceChildren(
    ...earlier.map(({ info }) => element("li", {}, ...videoLink(info), ` · ${shortLifetimeOf(info)}`)),
  );
}

/**
 * What was seen and is no token.
 * @param {import("../../types/messages.js").Counters | undefined} counted
 */
function drawCounters(counted) {
  const list = find("#counters");
  const kinds = /** @type {const} */ (["unreadable", "malformed", "fallback", "cold_start"]);
  const seen = kinds.filter((kind) => counted?.[kind]);
  list.hidden = seen.length === 0;
  list.replaceChildren(
    ...seen.map((kind) => element("li", { "data-kind": kind }, getMessage(`counter_${kind}`, String(counted?.[kind])))),
  );
}

/**
 * @param {Stored} stored
 * @param {boolean} ready
 * @param {Shown | undefined} shown
 */
function drawFeatures(stored, ready, shown) {
  const newest = shown && { token: shown.info, capture: shown.entry?.capture };
  for (const feature of features) feature.draw({ stored, ready, newest });
}

/**
 * @param {TokenInfo} info
 * @returns {(Node | string)[]}
 */
function videoLink(info) {
  const { video_id: id } = info;
  if (id === null) return [getMessage("for_unknown")];
  const { before, after } = getMessageAround(isProbable(info) ? "for_video_probably" : "for_video");
  return [before, element("a", { href: `https://www.youtube.com/watch?v=${id}`, target: "_blank" }, id), after];
}

/**
 * Whether a video is named, and no request said that it is this one.
 * @param {TokenInfo} info
 */
function isProbable({ video_id, certainty }) {
  return video_id !== null && certainty !== "certain";
}

/**
 * @param {HTMLElement} button
 * @param {string | undefined} text
 */
function copyButton(button, text) {
  // A button that still copies the same text goes on saying that it was copied.
  if (copies.has(button) && copies.get(button) === text) return;
  copies.set(button, text);
  button.textContent = getMessage("copy");
  button.onclick = async () => {
    await navigator.clipboard.writeText(text ?? "");
    button.textContent = getMessage("copied");
  };
}
