// The features of the popup.

import { downloads } from "../download/popup.js";

/** @type {((place: HTMLElement) => import("../feature.js").PopupFeature)[]} */
export const features = [downloads];
