// The options page: its sections, one below the other, and the links to them.

import { noticeParts, sections as ofFeatures } from "../features/options.js";
import { getMessage, setPageLanguage } from "../i18n.js";
import { find, write } from "../popup/element.js";
import { about } from "./about.js";
import { diagnostics } from "./diagnostics.js";
import { fieldReport } from "./field-report.js";
import { general } from "./general.js";
import { navigation } from "./navigation.js";
import { notices } from "./notices.js";
import { places } from "./places.js";
import { shortcuts } from "./shortcuts.js";

setPageLanguage();
document.title = getMessage("options_title");
write(find("h1"), getMessage("options_title"));

const sections = [
  general(),
  places(),
  ...ofFeatures.map((make) => make()),
  notices(noticeParts),
  shortcuts(),
  diagnostics(),
  fieldReport(),
  about(),
];
find("header").after(navigation(sections));
find("main").append(...sections);

// The background script looks at what may have changed. Nobody listens if it could not start.
chrome.runtime.sendMessage({ type: "popup-opened" }).catch(() => {});
// The section of the address was not there when the browser looked for it.
if (location.hash) document.querySelector(location.hash)?.scrollIntoView();
