// The features' sections of the options page.

import { downloadOptions } from "../download/options.js";
import { onDemandOptions } from "../on-demand/options.js";

/** @type {(() => HTMLElement)[]} */
export const sections = [onDemandOptions, downloadOptions];
