// Token requests, in the popup: who requested the token of which video, how that ended, and what the user accepts.

import { getMessage } from "../i18n.js";
import { element, write } from "../popup/element.js";
import { consentQuestion, onDemandSettings, status, tokenRequests, videosOpenedAt, videoTitles } from "../storage.js";
import { consentCard } from "./consent-card.js";
import { stateOf } from "./format.js";
import { limitInput } from "./limit-input.js";
import { openedWithinHour } from "./limits.js";
import { isOpen } from "./question.js";
import { RequestList } from "./request-list.js";
import { readSettings } from "./settings.js";
import { standingOf } from "./standing.js";
import { USER } from "./token-request.js";

/** How many requests are shown. The options page shows all that are kept. */
const MOST = 5;

/**
 * @param {HTMLElement} place
 * @returns {import("../feature.js").PopupFeature}
 */
export function onDemand(place) {
  const list = new RequestList();
  const question = consentCard();
  const limit = limitInput();
  const heading = element("span", { id: "token-requests-heading" }, getMessage("token_requests_heading"));
  const count = element("span", { class: "count" });
  const accept = element("input", { type: "checkbox", name: "accept", "aria-describedby": "token-requests-why" });
  const decides = element("p", { class: "why configured", hidden: true });
  const section = element(
    "details",
    { id: "token-requests" },
    element("summary", {}, heading, " ", count),
    list.element,
    element("label", { class: "option" }, accept, getMessage("token_requests_accept")),
    element("p", { id: "token-requests-why", class: "why" }, getMessage("token_requests_accept_why")),
    decides,
    limit.line,
  );
  /** @type {Record<string, unknown>} What was stored when this was drawn last. */
  let known = {};

  accept.addEventListener("change", () => void onDemandSettings.change({ accept: accept.checked }));
  onDemandSettings.onChanged(() => void drawSettings());
  void drawSettings();
  for (const name of ["popup.css", "requests.css"]) {
    document.head.append(element("link", { rel: "stylesheet", href: new URL(name, import.meta.url).href }));
  }
  // A question comes before what is told. Only trouble comes before it.
  const problem = document.querySelector("#problem");
  if (problem) problem.after(question.card);
  else place.append(question.card);
  place.append(section);

  async function drawSettings() {
    const settings = await readSettings();
    const { isOn, mayAsk, file, words } = standingOf(settings, status.in(known));
    const numbers = [openedWithinHour(videosOpenedAt.in(known)).length, settings.limit].map(String);
    const off = getMessage(mayAsk ? "token_requests_undecided" : "token_requests_off");
    write(count, isOn ? getMessage("token_requests_count", ...numbers) : off);
    accept.checked = isOn;
    accept.disabled = file !== undefined && !isOn;
    write(decides, file === undefined ? "" : words);
    decides.hidden = file === undefined;
    decides.title = file ?? "";
    limit.draw(settings.limit, !mayAsk);
    question.drawLimit(settings.limit);
  }

  return {
    draw({ stored, isAsking }) {
      known = stored;
      question.draw(isAsking ? questionIn(stored) : undefined, videoTitles.in(stored));
      // Its switch would be the same question once more.
      section.hidden = isAsking === true;
      list.draw(tokenRequests.in(stored).slice(0, MOST), videoTitles.in(stored));
      void drawSettings();
    },

    isAsking(stored) {
      return questionIn(stored) !== undefined;
    },

    renewalOf({ info, entry }, stored) {
      const { video_id, client } = info;
      if (video_id === null) return undefined;
      const container = entry?.capture?.session?.container;
      const row = tokenRequests.in(stored).find((row) => row.client === USER && row.video_id === video_id);
      const isOver = row === undefined || row.state === "captured";
      return {
        start() {
          /** @type {import("./token-request.js").PopupRequest} */
          const request = { type: "on-demand/renew", video_id, music: client === "WEB_REMIX", container };
          void chrome.runtime.sendMessage(request).catch(() => {});
        },
        state: isOver ? undefined : row.state === "waiting" ? "waiting" : "failed",
        message: isOver ? undefined : stateOf(row),
      };
    },
  };
}

/**
 * The question that is to be answered.
 * @param {Record<string, unknown>} stored
 */
function questionIn(stored) {
  const question = consentQuestion.in(stored);
  return isOpen(question) ? question : undefined;
}
