// The features of the popup: none in this edition.

/** @type {never[]} */
export const features = [];
