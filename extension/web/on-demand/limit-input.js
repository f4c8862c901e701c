// The input for the most videos an hour.

import { getMessage, getMessageAround } from "../i18n.js";
import { element } from "../popup/element.js";
import { onDemandSettings } from "../storage.js";
import { LIMIT, limitFrom } from "./settings.js";

/** The line with the input, and what draws it. What is being typed stays. */
export function limitInput() {
  const input = element("input", {
    type: "number",
    name: "limit",
    min: String(LIMIT.least),
    max: String(LIMIT.most),
    required: true,
    "aria-label": getMessage("token_requests_limit_label"),
  });
  input.addEventListener("change", () => {
    input.valueAsNumber = limitFrom(input.valueAsNumber, Number(input.defaultValue));
    void onDemandSettings.change({ limit: input.valueAsNumber });
  });
  const { before, after } = getMessageAround("token_requests_limit");

  /**
   * @param {number} limit
   * @param {boolean} isOff
   */
  function draw(limit, isOff) {
    input.disabled = isOff;
    input.defaultValue = String(limit);
    if (input !== document.activeElement) input.value = input.defaultValue;
  }

  return { line: element("p", { class: "limit" }, before, input, after), draw };
}
