// The popup's header: how it stands, and what pauses the capture.

import { getMessage } from "../i18n.js";
import { unwaited } from "../problems.js";
import { captureSettings } from "../storage.js";
import { find, write } from "./element.js";

/** Two bars, and a triangle. */
const [PAUSE, RESUME] = ["M5.5 3v10m5-10v10", "M5 3l7.5 5L5 13z"];

/**
 * @param {import("../host-port.js").HostState} state
 * @param {boolean} paused
 */
export function drawHeader({ kind }, paused) {
  const line = find("#host");
  line.dataset.kind = paused ? "paused" : kind;
  write(line, getMessage(paused ? "paused" : `host_${kind}`));
  const button = find("#pause");
  button.querySelector("path")?.setAttribute("d", paused ? RESUME : PAUSE);
  button.title = getMessage(paused ? "resume_why" : "pause_why");
  button.ariaLabel = getMessage(paused ? "resume" : "pause");
  button.onclick = () => unwaited(captureSettings.change({ paused: !paused }));
  const options = find("#options");
  options.title = options.ariaLabel = getMessage("options");
  options.onclick = () => chrome.runtime.openOptionsPage();
}
