// Downloads, on the options page: the folder, how many run at once, what the button in the popup starts, and the login.

import { getMessage } from "../i18n.js";
import { commandLine, paragraph, section } from "../options/section.js";
import { element } from "../popup/element.js";
import { downloadChoices, downloads, host, onSessionChanged, readSession } from "../storage.js";
import { readChoices } from "./choices.js";
import { PRESETS } from "./download.js";
import { COOKIES } from "./permission.js";

/** @typedef {import("../../types/messages.js").Preset} Preset */

/** The section. It follows the settings, which the popup changes too. */
export function downloadOptions() {
  const preset = element(
    "select",
    { name: "default-preset", class: "quiet" },
    ...PRESETS.map((one) => element("option", { value: one }, getMessage(`download_preset_${one}`))),
  );
  const subtitles = element("input", { type: "checkbox", name: "default-subtitles" });
  const cookies = element("input", { type: "checkbox", name: "default-cookies", "aria-describedby": "cookies-why" });
  const folder = element("div", {});
  let drawnFolder = "";

  preset.addEventListener("change", () => {
    void downloadChoices.change({ preset: /** @type {Preset} */ (preset.value) });
  });
  subtitles.addEventListener("change", () => void downloadChoices.change({ subtitles: subtitles.checked }));
  cookies.addEventListener("change", () => permitCookies());
  downloadChoices.onChanged(() => void draw());
  onSessionChanged(() => void drawFolder());
  void draw();
  void drawFolder();

  async function draw() {
    const choices = await readChoices();
    preset.value = choices.preset;
    subtitles.checked = choices.subtitles;
    cookies.checked = choices.cookies && (await chrome.permissions.contains(COOKIES));
  }

  /** Browsers ask the user only within the click. */
  function permitCookies() {
    const permitted = cookies.checked;
    void downloadChoices.change({ cookies: permitted });
    if (!permitted) return;
    const forbid = () => downloadChoices.change({ cookies: false });
    chrome.permissions.request(COOKIES).then((granted) => (granted ? undefined : forbid()), forbid);
  }

  /** The host alone decides it. */
  async function drawFolder() {
    const stored = await readSession();
    const dir = host.in(stored).kind === "ready" ? (downloads.in(stored)?.dir ?? "") : "";
    const text = dir === "" ? getMessage("options_download_no_folder") : getMessage("options_download_folder", dir);
    if (text === drawnFolder) return;
    drawnFolder = text;
    folder.replaceChildren(paragraph(text, [dir]));
  }

  return section(
    "download-options",
    getMessage("options_downloads"),
    element("label", {}, getMessage("options_download_default"), preset),
    element("label", {}, subtitles, getMessage("download_subtitles")),
    element("label", {}, cookies, getMessage("download_cookies")),
    element("p", { id: "cookies-why", class: "why" }, getMessage("download_cookies_why")),
    folder,
    commandLine("potbridge config set download.dir /path/to/folder"),
    element("p", {}, getMessage("options_download_at_once")),
    commandLine("potbridge config set download.concurrent 2"),
  );
}
