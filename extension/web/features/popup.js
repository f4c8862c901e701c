// The features of the popup.

import { downloads } from "../download/popup.js";
import { wishes } from "../wish/popup.js";

/** @type {((place: HTMLElement) => import("../feature.js").PopupFeature)[]} */
export const features = [downloads, wishes];
