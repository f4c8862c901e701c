// The question whether programs may have videos opened, in the popup.

import { getMessage } from "../i18n.js";
import { element, isolated, write } from "../popup/element.js";
import { onDemandSettings } from "../storage.js";
import { nameOf } from "./format.js";

/** The card, and what draws it. */
export function consentCard() {
  const heading = element("h2", { id: "consent-heading" }, getMessage("consent_heading"));
  const who = element("p", { class: "who" });
  const allow = element("button", { type: "button", name: "allow" });
  const notNow = element("button", { type: "button", name: "not-now", class: "quiet" }, getMessage("consent_not_now"));
  const card = element(
    "section",
    { id: "consent", class: "card", "aria-labelledby": "consent-heading", hidden: true },
    element("div", { role: "alert" }, heading, who),
    element("p", { class: "why" }, getMessage("token_requests_accept_why")),
    element("p", { class: "buttons" }, allow, notNow),
  );
  allow.addEventListener("click", () => void onDemandSettings.change({ accept: true }));
  notNow.addEventListener("click", () => {
    /** @type {import("./token-request.js").PopupRequest} */
    const message = { type: "on-demand/not-now" };
    void chrome.runtime.sendMessage(message).catch(() => {});
  });

  /**
   * @param {import("./question.js").Question | undefined} question The one that is to be answered.
   * @param {Record<string, string>} titles What people call the videos.
   */
  function draw(question, titles) {
    card.hidden = question === undefined;
    if (!question) return;
    const { state, client, video_id } = question;
    const title = titles[video_id] ?? video_id;
    const text = getMessage(state === "asked" ? "consent_asks" : "consent_asked", nameOf(client), title);
    // What did not change is not read out again.
    if (who.textContent !== text) who.replaceChildren(...isolated(text, [title]));
  }

  /**
   * @param {number} limit The most videos an hour.
   */
  function drawLimit(limit) {
    write(allow, getMessage("consent_allow", String(limit)));
  }

  return { card, draw, drawLimit };
}
