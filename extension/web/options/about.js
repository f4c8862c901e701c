// What this is: version, licence, source, privacy.

import { getMessage } from "../i18n.js";
import { element } from "../popup/element.js";
import { section } from "./section.js";

const PRIVACY = ["reads", "keeps", "sends", "opens", "report"];

/** The section. */
export function about() {
  const { version, homepage_url: home } = chrome.runtime.getManifest();
  const source = home ? element("a", { href: home }, home) : getMessage("about_source_what");
  const terms = [
    [getMessage("about_version"), version],
    [getMessage("about_licence"), "MIT / Apache-2.0"],
    [getMessage("about_source"), source],
    [getMessage("footer_help"), element("a", { href: "../welcome/welcome.html" }, getMessage("welcome_title"))],
  ];
  return section(
    "about",
    getMessage("options_about"),
    element("dl", {}, ...terms.flatMap(([term, what]) => [element("dt", {}, term), element("dd", {}, what)])),
    element("h3", {}, getMessage("about_privacy")),
    element("ul", { class: "privacy" }, ...PRIVACY.map((key) => element("li", {}, getMessage(`about_privacy_${key}`)))),
  );
}
