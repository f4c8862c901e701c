// Token requests, in the popup: who requested the token of which video, how that ended, and what the user accepts.

import { getMessage, getMessageAround } from "../i18n.js";
import { element, write } from "../popup/element.js";
import { onDemandSettings, tokenRequests, videosOpenedAt, videoTitles } from "../storage.js";
import { clientOf, stateOf } from "./format.js";
import { openedWithinHour } from "./limits.js";
import { LIMIT, limitFrom, readSettings } from "./settings.js";
import { USER } from "./token-request.js";

/** @typedef {import("./history.js").Row} Row */

/**
 * @param {HTMLElement} place
 * @returns {import("../feature.js").PopupFeature}
 */
export function onDemand(place) {
  const list = element("ul");
  const heading = element("span", { id: "token-requests-heading" }, getMessage("token_requests_heading"));
  const count = element("span", { class: "count" });
  const accept = element("input", { type: "checkbox", name: "accept", "aria-describedby": "token-requests-why" });
  const limit = element("input", {
    type: "number",
    name: "limit",
    min: String(LIMIT.least),
    max: String(LIMIT.most),
    required: true,
    "aria-label": getMessage("token_requests_limit_label"),
  });
  const { before, after } = getMessageAround("token_requests_limit");
  const section = element(
    "details",
    { id: "token-requests" },
    element("summary", {}, heading, " ", count),
    list,
    element("label", { class: "option" }, accept, getMessage("token_requests_accept")),
    element("p", { id: "token-requests-why", class: "why" }, getMessage("token_requests_accept_why")),
    element("p", { class: "limit" }, before, limit, after),
  );
  /** How many videos were opened within the hour. */
  let opened = 0;
  /** @type {Map<string, HTMLLIElement>} By client and video. */
  const lines = new Map();

  accept.addEventListener("change", () => void onDemandSettings.change({ accept: accept.checked }));
  limit.addEventListener("change", () => {
    limit.valueAsNumber = limitFrom(limit.valueAsNumber, Number(limit.defaultValue));
    void onDemandSettings.change({ limit: limit.valueAsNumber });
  });
  onDemandSettings.onChanged(() => void drawSettings());
  void drawSettings();
  document.head.append(element("link", { rel: "stylesheet", href: new URL("popup.css", import.meta.url).href }));
  place.append(section);

  async function drawSettings() {
    const settings = await readSettings();
    const numbers = [String(opened), String(settings.limit)];
    write(count, settings.accept ? getMessage("token_requests_count", ...numbers) : getMessage("token_requests_off"));
    accept.checked = settings.accept;
    limit.disabled = !settings.accept;
    limit.defaultValue = String(settings.limit);
    if (limit !== document.activeElement) limit.value = limit.defaultValue;
  }

  return {
    draw({ stored }) {
      const rows = tokenRequests.in(stored);
      const titles = videoTitles.in(stored);
      list.hidden = rows.length === 0;
      const now = openedWithinHour(videosOpenedAt.in(stored)).length;
      if (now !== opened) {
        opened = now;
        void drawSettings();
      }
      for (const key of lines.keys()) if (!rows.some((row) => keyOf(row) === key)) lines.delete(key);
      const wanted = rows.map((row) => {
        const line = lines.get(keyOf(row)) ?? newLine(row);
        lines.set(keyOf(row), line);
        fill(line, row, titles[row.video_id]);
        return line;
      });
      // An element that is moved loses the focus.
      if (wanted.some((line, index) => list.children[index] !== line) || list.children.length !== wanted.length) {
        list.replaceChildren(...wanted);
      }
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
 * @param {Row} row
 */
function newLine({ video_id }) {
  const href = `https://www.youtube.com/watch?v=${video_id}`;
  const link = element("a", { href, target: "_blank", title: video_id }, element("bdi"));
  const what = element("p", {}, link, " ", element("span", { class: "client" }));
  return element("li", { "data-video": video_id }, what, element("p", { class: "state" }));
}

/**
 * @param {HTMLLIElement} line
 * @param {Row} row
 * @param {string} [title] What people call its video.
 */
function fill(line, row, title = row.video_id) {
  line.dataset.state = row.state;
  const [video, client, state] = ["bdi", ".client", ".state"].map((selector) => line.querySelector(selector));
  if (video instanceof HTMLElement) write(video, title);
  if (client instanceof HTMLElement) write(client, clientOf(row));
  if (state instanceof HTMLElement) write(state, stateOf(row));
}

/**
 * @param {Row} row
 */
function keyOf({ client, video_id }) {
  return `${client} ${video_id}`;
}
