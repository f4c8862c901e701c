// Which ends of downloads are told, on the options page.

import { getMessage } from "../i18n.js";
import { readNoticeSettings } from "../notice-settings.js";
import { element } from "../popup/element.js";
import { noticeSettings } from "../storage.js";

/** Which are told, and how that is called. */
const NOTICES = /** @type {const} */ ({
  failed: "options_download_notices_failed",
  all: "options_download_notices_all",
  none: "options_download_notices_none",
});

/** The part of the section of notices. It follows the settings. */
export function downloadNotices() {
  const names = /** @type {(keyof typeof NOTICES)[]} */ (Object.keys(NOTICES));
  const radios = names.map((value) => element("input", { type: "radio", name: "download-notices", value }));
  for (const [index, downloads] of names.entries()) {
    radios[index].addEventListener("change", () => void noticeSettings.change({ downloads }));
  }
  noticeSettings.onChanged(() => void draw());
  void draw();

  async function draw() {
    const { downloads } = await readNoticeSettings();
    for (const radio of radios) radio.checked = radio.value === downloads;
  }

  return element(
    "fieldset",
    { class: "plain" },
    element("legend", {}, getMessage("options_download_notices")),
    ...names.map((name, index) => element("label", {}, radios[index], getMessage(NOTICES[name]))),
  );
}
