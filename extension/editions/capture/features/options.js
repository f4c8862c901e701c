// The features' sections of the options page in this edition.

import { onDemandOptions } from "../on-demand/options.js";

/** @type {(() => HTMLElement)[]} */
export const sections = [onDemandOptions];
