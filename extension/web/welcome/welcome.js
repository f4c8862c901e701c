// The first-run page: three steps, each of which ticks itself as soon as what it asks for is there.

import { getMessage, setPageLanguage } from "../i18n.js";
import { missingHosts, onPermissionsChanged } from "../permitted-hosts.js";
import { element, find, isolated, keepFocus, write } from "../popup/element.js";
import { problemOf } from "../popup/problem.js";
import { shownTokens } from "../popup/tokens.js";
import {
  host,
  journalEntries,
  onDemandSettings,
  onSessionChanged,
  readSession,
  status,
  tokenRequests,
  videoTitles,
  welcomeChoices,
} from "../storage.js";
import { HelperHelp, helperState } from "./helper.js";
import { OpenTabs } from "./open-tabs.js";
import { CHOICES, PlaceChoices, placeState } from "./place.js";
import { ProgramsCard } from "./programs.js";
import { Step } from "./step.js";
import { tryState } from "./try-it.js";

/** How often it is looked whether the helper program or a place is there, while somebody looks. */
const PERIOD_MS = 5000;

setPageLanguage();
document.title = getMessage("welcome_title");
write(find("h1"), getMessage("welcome_title"));
write(find(".lead"), getMessage("welcome_lead"));
write(find(".stays"), getMessage("welcome_stays"));
write(find(".privacy"), getMessage("welcome_privacy"));

const helperStep = new Step("helper", 1, getMessage("welcome_helper"));
const placeStep = new Step("place", 2, getMessage("welcome_place"));
const tryStep = new Step("try", 3, getMessage("welcome_try"));
const steps = [helperStep, placeStep, tryStep];
const { os } = await chrome.runtime.getPlatformInfo();
const help = new HelperHelp(helperStep.more, os, lookAgain);
const places = new PlaceChoices(placeStep.more, (place) => void welcomeChoices.change({ place }));
const watch = element("button", { type: "button", name: "watch" }, getMessage("open_youtube"));
const how = element("p", {}, getMessage("welcome_try_how"));
tryStep.more.append(how, element("p", { class: "buttons" }, watch), element("p", { class: "soft" }, getMessage("welcome_try_popup")));
const tabs = new OpenTabs(tryStep.more);
const programs = new ProgramsCard();
/** Counts the draws: one that was overtaken draws nothing. */
let draws = 0;
let isDrawn = false;
let allDone = false;

drawLinks();
watch.addEventListener("click", () => void chrome.tabs.create({ url: "https://www.youtube.com/" }));
onSessionChanged(() => void draw());
welcomeChoices.onChanged(() => void draw());
onDemandSettings.onChanged(() => void draw());
onPermissionsChanged(() => void draw());
chrome.tabs.onUpdated.addListener((_, { status }) => status === "complete" && void tabs.look());
chrome.tabs.onRemoved.addListener(() => void tabs.look());
document.addEventListener("visibilitychange", () => document.hidden || lookAgain());
window.addEventListener("focus", lookAgain);
setInterval(() => document.hidden || lookAgain(), PERIOD_MS);
lookAgain();
await draw();
if (["#helper", "#place", "#try"].includes(location.hash)) find(`${location.hash}-heading`).focus();

/** Has the background script look whether the helper program or a place is there by now. */
function lookAgain() {
  // Nobody answers if the background script could not start.
  chrome.runtime.sendMessage({ type: "look-again" }).catch(() => {});
}

async function draw() {
  draws += 1;
  const own = draws;
  const stored = await readSession().catch(() => ({}));
  const { place } = await welcomeChoices.get().catch(() => ({ place: undefined }));
  const missing = await missingHosts();
  if (own !== draws) return;
  keepFocus(() => show(stored, CHOICES.find((choice) => choice === place), missing));
  const [isOpen] = await Promise.all([programs.draw(status.in(stored)), tabs.look()]);
  write(find("#done"), allDone ? getMessage(isOpen ? "welcome_done_question" : "welcome_done") : "");
}

/**
 * @param {import("../storage.js").Stored} stored
 * @param {import("./place.js").Choice | undefined} choice
 * @param {string[]} missing
 */
function show(stored, choice, missing) {
  const hostState = host.in(stored);
  const isReady = hostState.kind === "ready";
  const told = isReady ? status.in(stored) : undefined;
  const [newest] = shownTokens(journalEntries.in(stored), told?.tokens ?? [], false);
  const known = { sinks: told?.sinks ?? [], requests: tokenRequests.in(stored), choice, isReady };
  const states = [helperState(hostState), placeState(known), tryState(newest, told, videoTitles.in(stored))];
  const next = states.findIndex(({ kind }) => kind !== "done");

  drawPermission(missing);
  help.draw(hostState);
  places.draw(choice, states[1].kind === "done");
  how.hidden = states[2].kind === "done";
  for (const [index, step] of steps.entries()) {
    const isTicked = step.draw(states[index], index === next);
    if (isTicked && isDrawn) write(find("#said"), states[index].text);
  }
  // The one thing to do is the loud one.
  watch.className = steps[next] === tryStep ? "" : "quiet";
  allDone = next < 0;
  isDrawn = true;
}

/**
 * Firefox lets people take the sites away, and asks for them only within a click.
 * @param {string[]} missing
 */
function drawPermission(missing) {
  const card = find("#permission");
  card.hidden = missing.length === 0;
  const problem = problemOf({ missing, own: [], host: { kind: "connecting" } });
  if (!problem) return;
  write(find("h2", card), problem.title);
  find(".what", card).replaceChildren(...isolated(problem.text, problem.names ?? []));
  const button = find("#allow-sites");
  write(button, getMessage("fix_allow"));
  button.onclick = () => void chrome.permissions.request({ origins: missing });
}

function drawLinks() {
  const options = element("button", { type: "button", class: "link", name: "options" }, getMessage("options"));
  options.addEventListener("click", () => void chrome.runtime.openOptionsPage());
  const href = chrome.runtime.getURL("options/options.html#diagnostics");
  const version = getMessage("footer_version", chrome.runtime.getManifest().version);
  find(".links").append(options, element("a", { href }, getMessage("footer_not_working")), element("span", {}, version));
}
