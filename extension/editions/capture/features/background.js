// The features of the background script in this edition.

import { wishes } from "../wish/background.js";

/** @type {((bridge: import("../feature.js").Bridge) => import("../feature.js").BackgroundFeature)[]} */
export const features = [wishes];
