// What the player sent, the latest first. Tokens are not shown.
import { requests } from "../player/requests.js";
import { byId, element } from "./elements.js";

/** How many lines stay: a rehearsal may run all day. */
const LINES = 30;

/** @type {Record<import("../player/token.js").TokenWord, string>} */
const tokens = {
  real: "real token",
  placeholder: "placeholder",
  fallback: "fallback token",
  malformed: "malformed token",
  absent: "no token",
};

/** @param {import("../player/player.js").Sent} sent */
export function logSent({ step, video, outcome }) {
  const said = outcome instanceof Error ? `failed: ${outcome.message}` : String(outcome);
  const token = tokens[requests[step.request].carriesToken ? step.token : "absent"];
  const log = byId("log");
  log.prepend(
    element(
      "li",
      { "data-request": step.request, "data-about": video.id, "data-outcome": said },
      `${step.request} request sent for `,
      element("code", {}, video.id),
      step.body === null ? "" : ` (${step.body})`,
      element("span", { class: "detail" }, `${step.carrier}, ${token}, answer ${said}`),
    ),
  );
  while (log.children.length > LINES) log.lastElementChild?.remove();
  const empty = document.getElementById("log-empty");
  if (empty) empty.hidden = true;
}
