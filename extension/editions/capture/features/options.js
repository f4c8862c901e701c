// The features' sections of the options page in this edition, and their parts of the section of notices.

import { onDemandOptions } from "../on-demand/options.js";

/** @type {(() => HTMLElement)[]} */
export const sections = [onDemandOptions];

/** @type {(() => HTMLElement)[]} */
export const noticeParts = [];
