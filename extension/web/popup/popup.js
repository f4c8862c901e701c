// Draws what the background script put into `storage.session`, and draws it anew when it changes.

import { features as makers } from "../features/popup.js";
import { entriesIn } from "../journal.js";
import { problemOf } from "./problem.js";
import { say, sayTime } from "../i18n.js";

/** @typedef {import("../journal.js").Entry} Entry */
/** @typedef {import("../messages.js").Label} Label */
/**
 * What the background script shows.
 * @typedef {{
 *   host?: import("../host-port.js").HostState,
 *   status?: import("../messages.js").Status,
 *   tally?: import("../messages.js").Tally,
 *   broken?: string,
 * }} State
 */
/** @typedef {{label: Label, entry?: Entry}} Shown A token, and the journal's entry where this browser captured it. */

const EARLIER = 4;
/** @type {WeakMap<HTMLElement, string | undefined>} What each button copies. */
const copies = new WeakMap();
/** @type {import("../feature.js").PopupFeature[]} */
const features = makers.map((make) => make(find("#features")));
const YOUTUBE = { origins: chrome.runtime.getManifest().host_permissions ?? [] };

chrome.storage.session.onChanged.addListener(() => void draw());
chrome.permissions.onAdded.addListener(() => void draw());
// Nobody listens where the background script could not start; the popup then shows what it has.
chrome.runtime.sendMessage({ type: "popup-opened" }).catch(() => {});
void draw();

async function draw() {
  const stored = await chrome.storage.session.get();
  const { host = { kind: "connecting" }, status, tally, broken } = /** @type {State} */ (stored);
  const permitted = await chrome.permissions.contains(YOUTUBE);
  const shown = tokens(entriesIn(stored), status?.tokens ?? []);

  drawHost(host);
  drawProblem(problemOf({ permitted, broken, host, status }));
  drawToken(shown[0], status);
  drawEarlier(shown.slice(1, 1 + EARLIER));
  drawTally(tally);
  drawFeatures(stored, host.kind === "ready", shown[0]);
  const empty = find("#empty");
  empty.hidden = shown.length > 0;
  empty.textContent = say("empty");
}

/**
 * The newest first: what this browser captured, and what else is on the shelf.
 * @param {Entry[]} journal
 * @param {Label[]} shelf
 * @returns {Shown[]}
 */
function tokens(journal, shelf) {
  /** @type {Map<string, Shown>} */
  const all = new Map();
  for (const entry of journal) {
    const { label } = entry;
    if (label) all.set(label.masked, { label, entry });
  }
  // The shelf knows best for which video a token is; one token may be there for more than one kind of request.
  for (const label of shelf.toReversed()) {
    const known = all.get(label.masked);
    if (!known || known.label.video_id === null || known.label.captured_at < label.captured_at) {
      all.set(label.masked, { label, entry: known?.entry });
    }
  }
  return [...all.values()]
    .filter(({ label }) => label.gone_at > Date.now())
    .sort((a, b) => b.label.captured_at - a.label.captured_at);
}

/**
 * @param {import("../host-port.js").HostState} host
 */
function drawHost(host) {
  const line = find("#host");
  line.dataset.kind = host.kind;
  line.textContent = say(`host_${host.kind}`);
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
  const mend = find("#mend", card);
  mend.hidden = !problem.asksForYouTube;
  mend.textContent = say("allow_youtube");
  mend.onclick = () => void chrome.permissions.request(YOUTUBE);
}

/**
 * @param {Shown | undefined} shown
 * @param {import("../messages.js").Status | undefined} status
 */
function drawToken(shown, status) {
  const card = find("#token");
  card.hidden = shown === undefined;
  if (!shown) return;
  const { label, entry } = shown;
  find(".for", card).replaceChildren(...forVideo(label));
  find("code", card).textContent = label.masked;
  find("code", card).title = entry ? "" : say("copy_elsewhere");
  const copy = find("#copy", card);
  copy.hidden = entry === undefined;
  const message = entry?.message;
  copyButton(copy, message?.type === "captured" ? message.capture.token : undefined);
  find(".until", card).textContent = until(label);
  find(".sinks", card).replaceChildren(...sinkLines(entry, status));
}

/**
 * @param {Shown[]} earlier
 */
function drawEarlier(earlier) {
  const section = find("#earlier");
  section.hidden = earlier.length === 0;
  find("h2", section).textContent = say("earlier");
  find("ul", section).replaceChildren(
    ...earlier.map(({ label }) => {
      const line = document.createElement("li");
      line.append(...forVideo(label), ` · ${shortUntil(label)}`);
      return line;
    }),
  );
}

/**
 * What was seen and is no token.
 * @param {import("../messages.js").Tally | undefined} tally
 */
function drawTally(tally) {
  const list = find("#tally");
  const kinds = /** @type {const} */ (["unreadable", "malformed", "fallback", "placeholder"]);
  const seen = kinds.filter((kind) => tally?.[kind]);
  list.hidden = seen.length === 0;
  list.replaceChildren(
    ...seen.map((kind) => {
      const line = document.createElement("li");
      line.dataset.kind = kind;
      line.textContent = say(`tally_${kind}`, String(tally?.[kind]));
      return line;
    }),
  );
}

/**
 * @param {Record<string, unknown>} stored
 * @param {boolean} ready
 * @param {Shown | undefined} shown
 */
function drawFeatures(stored, ready, shown) {
  const message = shown?.entry?.message;
  const capture = message?.type === "captured" ? message.capture : undefined;
  const newest = shown && { label: shown.label, capture };
  for (const feature of features) feature.draw({ stored, ready, newest });
}

/**
 * @param {Label} label
 * @returns {(Node | string)[]}
 */
function forVideo({ video_id: id }) {
  if (id === null) return [say("for_unknown")];
  const link = document.createElement("a");
  link.href = `https://www.youtube.com/watch?v=${id}`;
  link.target = "_blank";
  link.textContent = id;
  const [before, after] = say("for_video", "\n").split("\n");
  return [before, link, after];
}

/**
 * @param {Label} label
 */
function until({ fresh_until: fresh, gone_at: gone }) {
  return Date.now() < fresh
    ? say("until_fresh", sayTime(fresh), sayTime(gone))
    : say("until_gone", sayTime(gone));
}

/**
 * @param {Label} label
 */
function shortUntil({ fresh_until: fresh }) {
  return Date.now() < fresh ? say("short_until", sayTime(fresh)) : say("short_gone");
}

/**
 * @param {Entry | undefined} entry
 * @param {import("../messages.js").Status | undefined} status
 */
function sinkLines(entry, status) {
  if (entry?.state === "waiting" && !entry.sinks) return [sinkLine("waiting", say("sink_waiting"))];
  if (entry?.error && entry.state === "refused") return [sinkLine("failed", entry.error.message)];
  const reports = entry?.sinks ?? (status?.sinks ?? []).flatMap(({ last }) => last ?? []);
  return reports.flatMap((report) => {
    const warnings = (report.warnings ?? []).map(({ message }) => sinkLine("warning", message));
    return [sinkLine(report.outcome, inWords(report)), ...warnings];
  });
}

/**
 * @param {import("../messages.js").SinkReport} report
 */
function inWords({ kind, place, outcome, message, at }) {
  switch (outcome) {
    case "failed":
      return message ?? "";
    case "pending":
      return say("sink_pending", place);
    default:
      if (kind === "keyring") return say("sink_in_keyring", place, sayTime(at));
      if (kind === "command") return say("sink_given", place, sayTime(at));
      return say("sink_written", place, sayTime(at));
  }
}

/**
 * @param {string} outcome
 * @param {string} text
 */
function sinkLine(outcome, text) {
  const line = document.createElement("li");
  line.dataset.outcome = outcome;
  line.textContent = text;
  return line;
}

/**
 * @param {HTMLElement} button
 * @param {string | undefined} text
 */
function copyButton(button, text) {
  // Drawn anew for the same text, it goes on saying that it was copied.
  if (copies.has(button) && copies.get(button) === text) return;
  copies.set(button, text);
  button.textContent = say("copy");
  button.onclick = async () => {
    await navigator.clipboard.writeText(text ?? "");
    button.textContent = say("copied");
  };
}

/**
 * @param {string} selector
 * @param {ParentNode} [within]
 * @returns {HTMLElement}
 */
function find(selector, within = document) {
  const found = within.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`the popup has no ${selector}`);
  return found;
}
