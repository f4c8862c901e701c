// The features of the popup.

import { downloads } from "../download/popup.js";
import { onDemand } from "../on-demand/popup.js";

/** @type {((place: HTMLElement) => import("../feature.js").PopupFeature)[]} */
export const features = [downloads, onDemand];
