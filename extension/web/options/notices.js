// What is told outside the popup.

import { getMessage } from "../i18n.js";
import { readNoticeSettings } from "../notice-settings.js";
import { element } from "../popup/element.js";
import { noticeSettings } from "../storage.js";

/** The section. It follows the settings. */
export function notices() {
  const faults = element("input", { type: "checkbox", name: "faults", "aria-describedby": "faults-why" });
  faults.addEventListener("change", () => void noticeSettings.change({ faults: faults.checked }));
  noticeSettings.onChanged(() => void draw());
  void draw();

  async function draw() {
    faults.checked = (await readNoticeSettings()).faults;
  }

  return element(
    "section",
    { id: "notices", class: "card", "aria-labelledby": "notices-heading" },
    element("h2", { id: "notices-heading" }, getMessage("options_notices")),
    element("label", {}, faults, getMessage("options_faults")),
    element("p", { id: "faults-why", class: "why" }, getMessage("options_faults_why")),
  );
}
