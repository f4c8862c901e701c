// The features of the background script.

import { downloads } from "../download/background.js";
import { onDemand } from "../on-demand/background.js";

/** @type {((bridge: import("../feature.js").Bridge) => import("../feature.js").BackgroundFeature)[]} */
export const features = [downloads, onDemand];
