// Token requests, on the options page.

import { getMessage } from "../i18n.js";
import { element } from "../popup/element.js";
import { onDemandSettings } from "../storage.js";
import { readSettings } from "./settings.js";

/** The section. It follows the settings. */
export function onDemandOptions() {
  const raise = element("input", { type: "checkbox", name: "raise", "aria-describedby": "raise-why" });

  raise.addEventListener("change", () => void onDemandSettings.change({ raise: raise.checked }));
  onDemandSettings.onChanged(() => void draw());
  void draw();

  async function draw() {
    raise.checked = (await readSettings()).raise;
  }

  return element(
    "section",
    { id: "on-demand", class: "card", "aria-labelledby": "on-demand-heading" },
    element("h2", { id: "on-demand-heading" }, getMessage("options_on_demand")),
    element("label", {}, raise, getMessage("options_raise")),
    element("p", { id: "raise-why", class: "why" }, getMessage("options_raise_why")),
  );
}
