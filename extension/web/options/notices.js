// What is told outside the popup: of places here, and of what else there is by the features.

import { getMessage } from "../i18n.js";
import { readNoticeSettings } from "../notice-settings.js";
import { element } from "../popup/element.js";
import { noticeSettings } from "../storage.js";
import { section } from "./section.js";

/**
 * The section. It follows the settings.
 * @param {(() => HTMLElement)[]} parts The features' parts of it.
 */
export function notices(parts) {
  const faults = element("input", { type: "checkbox", name: "faults", "aria-describedby": "faults-why" });
  faults.addEventListener("change", () => void noticeSettings.change({ faults: faults.checked }));
  noticeSettings.onChanged(() => void draw());
  void draw();

  async function draw() {
    faults.checked = (await readNoticeSettings()).faults;
  }

  return section(
    "notices",
    getMessage("options_notices"),
    element("label", {}, faults, getMessage("options_faults")),
    element("p", { id: "faults-why", class: "why" }, getMessage("options_faults_why")),
    ...parts.map((make) => make()),
  );
}
