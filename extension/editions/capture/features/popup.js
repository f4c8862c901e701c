// The features of the popup in this edition.

import { onDemand } from "../on-demand/popup.js";

/** @type {((place: HTMLElement) => import("../feature.js").PopupFeature)[]} */
export const features = [onDemand];
