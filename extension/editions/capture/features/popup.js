// The features of the popup in this edition.

import { wishes } from "../wish/popup.js";

/** @type {((place: HTMLElement) => import("../feature.js").PopupFeature)[]} */
export const features = [wishes];
