// The options page: its sections, one below the other.

import { getMessage } from "../i18n.js";
import { onDemandOptions } from "../on-demand/options.js";
import { fieldReport } from "./field-report.js";
import { general } from "./general.js";

document.title = getMessage("options_title");
const heading = document.querySelector("h1");
if (heading) heading.textContent = getMessage("options_title");
document.querySelector("main")?.append(general(), onDemandOptions(), fieldReport());
