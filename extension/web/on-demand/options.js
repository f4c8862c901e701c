// Token requests, on the options page: what the user accepts, of whom, and what was requested.

import { getMessage } from "../i18n.js";
import { element, write } from "../popup/element.js";
import { onDemandSettings, onSessionChanged, readSession, status, tokenRequests, videoTitles } from "../storage.js";
import { nameOf } from "./format.js";
import { limitInput } from "./limit-input.js";
import { RequestList } from "./request-list.js";
import { CLIENTS, OTHERS, readSettings } from "./settings.js";
import { standingOf } from "./standing.js";

/** What people call the programs that can be switched off, where their rows have another word or none. */
const NAMES = { "yt-dlp": "options_client_plugin", download: "options_client_downloads", [OTHERS]: "options_client_others" };

/** The section. It follows the settings, and what programs request. */
export function onDemandOptions() {
  const accept = element("input", { type: "checkbox", name: "accept", "aria-describedby": "accept-standing accept-why" });
  const standing = element("p", { id: "accept-standing", class: "why" });
  const limit = limitInput();
  const clients = [...CLIENTS, OTHERS].map((client) => {
    const box = element("input", { type: "checkbox", name: `client-${client}` });
    box.addEventListener("change", () => void refuse(client, !box.checked));
    return { client, box };
  });
  const raise = element("input", { type: "checkbox", name: "raise", "aria-describedby": "raise-why" });
  const list = new RequestList();
  const number = element("summary");
  const requests = element("details", { class: "last" }, number, list.element);

  accept.addEventListener("change", () => void onDemandSettings.change({ accept: accept.checked }));
  raise.addEventListener("change", () => void onDemandSettings.change({ raise: raise.checked }));
  onDemandSettings.onChanged(() => void draw());
  onSessionChanged(() => void draw());
  for (const name of ["options.css", "requests.css"]) {
    document.head.append(element("link", { rel: "stylesheet", href: new URL(name, import.meta.url).href }));
  }
  void draw();

  async function draw() {
    const [settings, stored] = await Promise.all([readSettings(), readSession()]);
    const { isOn, mayAsk, file, words } = standingOf(settings, status.in(stored));
    accept.checked = isOn;
    accept.disabled = file !== undefined && !isOn;
    const path = file === undefined ? [] : [" ", element("code", { dir: "ltr" }, file)];
    standing.replaceChildren(words, ...path);
    limit.draw(settings.limit, !mayAsk);
    for (const { client, box } of clients) {
      box.checked = !settings.refusedClients.includes(client);
      box.disabled = !mayAsk;
    }
    raise.checked = settings.raise;
    const rows = tokenRequests.in(stored);
    requests.hidden = rows.length === 0;
    write(number, getMessage("options_requests", String(rows.length)));
    list.draw(rows, videoTitles.in(stored));
  }

  return element(
    "section",
    { id: "on-demand", class: "card", "aria-labelledby": "on-demand-heading" },
    element("h2", { id: "on-demand-heading" }, getMessage("options_on_demand")),
    element("label", {}, accept, getMessage("token_requests_accept")),
    standing,
    element("p", { id: "accept-why", class: "why" }, getMessage("token_requests_accept_why")),
    limit.line,
    element(
      "fieldset",
      { class: "clients" },
      element("legend", {}, getMessage("options_clients")),
      ...clients.map(({ client, box }) => element("label", {}, box, labelOf(client))),
    ),
    element("label", {}, raise, getMessage("options_raise")),
    element("p", { id: "raise-why", class: "why" }, getMessage("options_raise_why")),
    requests,
  );
}

/**
 * @param {string} client
 */
function labelOf(client) {
  const key = /** @type {Record<string, string>} */ (NAMES)[client];
  return key ? getMessage(key) : nameOf(client);
}

/**
 * @param {string} client
 * @param {boolean} isRefused
 */
async function refuse(client, isRefused) {
  const { refusedClients } = await readSettings();
  const others = refusedClients.filter((other) => other !== client);
  await onDemandSettings.change({ refusedClients: isRefused ? [...others, client] : others });
}
