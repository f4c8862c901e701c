// The small pictures on buttons.

/** Each is the path of strokes in a square of 16. */
export const ICONS = {
  cross: "M4 4l8 8m0-8l-8 8",
  down: "M3.5 6l4.5 4.5L12.5 6",
  folder: "M1.5 12.5v-9h4l1.5 2h7.5v7z",
};

/**
 * @param {string} path
 */
export function drawing(path) {
  const made = svg("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" });
  made.append(svg("path", { d: path }));
  return made;
}

/**
 * @param {string} name
 * @param {Record<string, string>} attributes
 */
function svg(name, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
