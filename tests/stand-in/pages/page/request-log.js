// The player's requests, the latest first. Tokens are not shown.
import { requests } from "../player/requests.js";
import { byId, element } from "./elements.js";

/** The number of lines that are kept, since a demo may run all day. */
const LINES = 30;

/** @type {Record<import("../player/token.js").TokenWord, string>} */
const tokens = {
  real: "real token",
  "cold-start": "cold-start token",
  fallback: "fallback token",
  video: "real token",
  session: "real token of the session",
  malformed: "malformed token",
  backoff: "no token but a minter's error",
  "not-ready": "no token but a minter's error",
  absent: "no token",
};

/** @param {import("../player/player.js").Sent} sent */
export function logSent({ step, video, result }) {
  const said = result instanceof Error ? `failed: ${result.message}` : String(result);
  const token = tokens[requests[step.request].carriesToken ? step.token : "absent"];
  const log = byId("log");
  log.prepend(
    element(
      "li",
      { "data-request": step.request, "data-about": video.id, "data-result": said },
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
