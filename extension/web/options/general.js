// What is read at all: the capture can be paused, and private windows left out. And which language this is.

import { readCaptureSettings } from "../capture-settings.js";
import { getMessage, languageInWords } from "../i18n.js";
import { element, write } from "../popup/element.js";
import { captureSettings } from "../storage.js";
import { section } from "./section.js";

/** @typedef {import("../capture-settings.js").CaptureSettings} CaptureSettings */

/** The section. It follows the settings, which the popup changes too. */
export function general() {
  const capture = checkbox("capture", "capture-why");
  const lasting = /** @type {const} */ (["until-resumed", "until-closed"]).map((value) =>
    element("input", { type: "radio", name: "pause-lasts", value }),
  );
  const privateWindows = checkbox("private-windows", "private-windows-why");
  const denied = element("p", { id: "private-windows-denied", class: "why", hidden: true });
  const error = element("p", { class: "error", role: "alert", hidden: true });
  const [untilResumed, untilClosed] = lasting;

  capture.addEventListener("change", () => void change({ paused: !capture.checked }));
  untilResumed.addEventListener("change", () => void change({ pauseLasts: "until-resumed" }));
  untilClosed.addEventListener("change", () => void change({ pauseLasts: "until-closed" }));
  privateWindows.addEventListener("change", () => void change({ privateWindows: privateWindows.checked }));
  captureSettings.onChanged(() => void draw());
  void draw();
  void chrome.extension.isAllowedIncognitoAccess().then((isAllowed) => {
    denied.hidden = isAllowed;
    write(denied, getMessage("options_private_windows_denied"));
  });

  /**
   * A setting that could not be kept is not shown as if it were.
   * @param {Partial<CaptureSettings>} settings
   */
  async function change(settings) {
    error.hidden = true;
    try {
      await captureSettings.change(settings);
    } catch (failed) {
      error.hidden = false;
      write(error, getMessage("options_not_kept", failed instanceof Error ? failed.message : String(failed)));
      await draw();
    }
  }

  async function draw() {
    const settings = await readCaptureSettings();
    capture.checked = !settings.paused;
    for (const input of lasting) input.checked = input.value === settings.pauseLasts;
    privateWindows.checked = settings.privateWindows;
  }

  const { name, isBrowsers } = languageInWords();
  return section(
    "general",
    getMessage("options_general"),
    element("label", {}, capture, getMessage("options_capture")),
    element("p", { id: "capture-why", class: "why" }, getMessage("options_capture_why")),
    element(
      "fieldset",
      {},
      element("legend", {}, getMessage("options_pause_lasts")),
      element("label", {}, untilResumed, getMessage("options_until_resumed")),
      element("label", {}, untilClosed, getMessage("options_until_closed")),
    ),
    element("label", {}, privateWindows, getMessage("options_private_windows")),
    element("p", { id: "private-windows-why", class: "why" }, getMessage("options_private_windows_why")),
    denied,
    element("p", { id: "language" }, getMessage("options_language", name)),
    element("p", { class: "why" }, getMessage(isBrowsers ? "options_language_why" : "options_language_missing")),
    error,
  );
}

/**
 * @param {string} name
 * @param {string} describedBy
 */
function checkbox(name, describedBy) {
  return element("input", { type: "checkbox", name, "aria-describedby": describedBy });
}
