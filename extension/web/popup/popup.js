// Draws what the background script stored, and draws it again when that changes.

import { DEFAULTS, readCaptureSettings } from "../capture-settings.js";
import { features as makers } from "../features/popup.js";
import { getMessage, setPageLanguage } from "../i18n.js";
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
  videoTitles,
} from "../storage.js";
import { find, keepFocus, write } from "./element.js";
import { heldLines, isOld, sinkLines } from "./format.js";
import { drawHeader } from "./header.js";
import { drawNotes } from "./notes.js";
import { Places } from "./places.js";
import { drawProblem } from "./problem-card.js";
import { problemOf } from "./problem.js";
import { TokenCard } from "./token-card.js";
import { shownTokens } from "./tokens.js";

/** @typedef {import("./tokens.js").Shown} Shown */
/** @typedef {import("./format.js").Line} Line */
/** @typedef {import("../storage.js").Stored} Stored */

/** @type {import("../feature.js").PopupFeature[]} */
const features = makers.map((make) => make(find("#features")));
const tokenCard = new TokenCard();
const heldPlaces = new Places(find(".places", find("#empty")));
/** Once, since a popup stays in its window. */
const isPrivate = isInPrivateWindow();
/**
 * What the background script told: the storage may be what fails.
 * @type {import("../problems.js").ExtensionProblem[]}
 */
let told = [];
/** @type {string | undefined} The newest token, if all its places had it when it was drawn last. */
let saved;
let isDrawn = false;
/** Counts the draws: one that was overtaken draws nothing. */
let draws = 0;

setPageLanguage();
onSessionChanged(() => void draw());
captureSettings.onChanged(() => void draw());
onPermissionsChanged(() => void draw());
write(find("#not-working"), getMessage("footer_not_working"));
write(find("#help"), getMessage("footer_help"));
write(find("#version"), getMessage("footer_version", chrome.runtime.getManifest().version));
find("#watch").onclick = () => void chrome.tabs.create({ url: "https://www.youtube.com/" });
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
  draws += 1;
  const own = draws;
  /** @type {Stored} */
  const stored = await readSession().catch(() => ({}));
  const settings = await readCaptureSettings().catch(() => DEFAULTS);
  const missing = await missingHosts();
  const inPrivate = await isPrivate;
  if (own === draws) keepFocus(() => show(stored, settings, missing, inPrivate));
}

/**
 * @param {Stored} stored
 * @param {import("../capture-settings.js").CaptureSettings} settings
 * @param {string[]} missing
 * @param {boolean} inPrivate
 */
function show(stored, { paused, privateWindows }, missing, inPrivate) {
  const hostState = host.in(stored);
  const hostStatus = status.in(stored);
  const counted = counters.in(stored);
  const tokens = shownTokens(journalEntries.in(stored), hostStatus?.tokens ?? [], inPrivate);
  const [newest] = tokens;
  const problem = problemOf({ missing, own: [...problems.in(stored), ...told], host: hostState, status: hostStatus });
  const lines = newest ? sinkLines(newest.entry, hostStatus) : heldLines(hostStatus);
  const isMissed = !newest && Boolean(counted?.unreadable || counted?.fallback);
  const isOver = newest !== undefined && isOld(newest.info);
  const trouble = isMissed || isOver || lines.some(isTrouble) || features.some((feature) => feature.hasTrouble?.(stored));

  const ready = hostState.kind === "ready";
  // Without a host no program waits for the answer, and while the capture is paused none gets a token.
  const isAsking = ready && !paused && features.some((feature) => feature.isAsking?.(stored));

  drawHeader({ kind: hostState.kind, paused, problem, trouble, isAsking });
  drawProblem(problem);
  // There is no room for all beside trouble and a question.
  find("main").dataset.crowded = String(isAsking && (problem !== undefined || trouble));
  // Trouble and questions stand alone: what is only told beside it comes back with its end.
  tokenCard.draw(problem || isAsking ? tokens.slice(0, 1) : tokens, videoTitles.in(stored), newest ? lines : [], renewalOf(newest, stored));
  drawNotes(problem ? undefined : counted);
  drawFeatures(stored, ready, isAsking, newest);
  const why = inPrivate && !privateWindows ? "private" : paused ? "paused" : "waiting";
  // A problem that stands there already says why there is none.
  drawEmpty(!newest && !problem, newest ? [] : lines, why);
  say(newest, lines);
}

/**
 * @param {Line} line
 */
function isTrouble({ kind }) {
  return kind === "failed" || kind === "warning";
}

/**
 * What is said if there is no token, with what the places still hold.
 * @param {boolean} isEmpty
 * @param {Line[]} held
 * @param {"private" | "paused" | "waiting"} why
 */
function drawEmpty(isEmpty, held, why) {
  const card = find("#empty");
  card.hidden = !isEmpty;
  if (!isEmpty) return;
  write(find("h2", card), getMessage(`empty_${why}_title`));
  write(find(".what", card), getMessage(`empty_${why}`));
  heldPlaces.draw(held);
  const watch = find("#watch");
  watch.hidden = why !== "waiting";
  write(watch, getMessage("open_youtube"));
}

/**
 * How a new token for the newest one's video is got, if a feature can.
 * @param {Shown | undefined} shown
 * @param {Stored} stored
 */
function renewalOf(shown, stored) {
  if (!shown || shown.info.private) return undefined;
  for (const feature of features) {
    const renewal = feature.renewalOf?.(shown, stored);
    if (renewal) return renewal;
  }
  return undefined;
}

/**
 * @param {Stored} stored
 * @param {boolean} ready
 * @param {boolean} isAsking
 * @param {Shown | undefined} shown
 */
function drawFeatures(stored, ready, isAsking, shown) {
  const newest = shown && { token: shown.info, capture: shown.entry?.capture };
  for (const feature of features) feature.draw({ stored, ready, newest, isAsking });
}

/**
 * Says once that a token was saved while somebody looks.
 * @param {Shown | undefined} newest
 * @param {Line[]} lines
 */
function say(newest, lines) {
  const isSaved = lines.length > 0 && lines.every(({ kind }) => kind === "written" || kind === "unchanged");
  const now = newest && isSaved ? newest.info.fingerprint : undefined;
  if (isDrawn && newest && now !== undefined && now !== saved) {
    write(find("#said"), getMessage("said_saved", tokenCard.titleOf(newest), lines[0].names?.[0] ?? ""));
  }
  saved = now;
  isDrawn = true;
}
