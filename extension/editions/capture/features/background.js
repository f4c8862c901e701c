// The features of the background script: none in this edition.

/** @type {never[]} */
export const features = [];
