// The features of the background script.

import { downloads } from "../download/background.js";
import { wishes } from "../wish/background.js";

/** @type {((bridge: import("../feature.js").Bridge) => import("../feature.js").BackgroundFeature)[]} */
export const features = [downloads, wishes];
