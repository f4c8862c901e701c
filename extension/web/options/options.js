// The options page: its sections, one below the other.

import { sections } from "../features/options.js";
import { getMessage, setPageLanguage } from "../i18n.js";
import { fieldReport } from "./field-report.js";
import { general } from "./general.js";
import { notices } from "./notices.js";

setPageLanguage();
document.title = getMessage("options_title");
const heading = document.querySelector("h1");
if (heading) heading.textContent = getMessage("options_title");
document.querySelector("main")?.append(general(), ...sections.map((make) => make()), notices(), fieldReport());
