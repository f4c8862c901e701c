// The features' sections of the options page, and their parts of the section of notices.

import { downloadNotices } from "../download/notice-options.js";
import { downloadOptions } from "../download/options.js";
import { onDemandOptions } from "../on-demand/options.js";

/** @type {(() => HTMLElement)[]} */
export const sections = [onDemandOptions, downloadOptions];

/** @type {(() => HTMLElement)[]} */
export const noticeParts = [downloadNotices];
