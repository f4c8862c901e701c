// The features of the background script in this edition.

import { onDemand } from "../on-demand/background.js";

/** @type {((bridge: import("../feature.js").Bridge) => import("../feature.js").BackgroundFeature)[]} */
export const features = [onDemand];
