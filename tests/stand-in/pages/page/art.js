// A landscape drawn from a video's id. The same id always gives the same landscape. It moves slowly.

/** @typedef {{ hue: number, sun: number, height: number, ridges: { base: number, waves: number[][] }[] }} Landscape */

const RIDGES = 5;

/**
 * @param {string} id
 * @returns {Landscape}
 */
export function landscape(id) {
  const random = chance(id);
  return {
    hue: Math.floor(random() * 360),
    sun: 0.18 + random() * 0.64,
    height: 0.2 + random() * 0.2,
    ridges: Array.from({ length: RIDGES }, (_, layer) => ({
      base: 0.44 + layer * 0.115 + random() * 0.04,
      waves: [0.055, 0.03, 0.012].map((size, octave) => [
        size * (0.6 + random() * 0.8),
        (1.2 + random() * 1.6) * 2.3 ** octave,
        random() * 7,
      ]),
    })),
  };
}

/**
 * @param {CanvasRenderingContext2D} canvas
 * @param {Landscape} land
 * @param {number} seconds
 */
export function draw(canvas, land, seconds) {
  const { width, height } = canvas.canvas;
  const sky = canvas.createLinearGradient(0, 0, 0, height);
  sky.addColorStop(0, `hsl(${land.hue + 20} 45% 30%)`);
  sky.addColorStop(0.65, `hsl(${land.hue - 25} 62% 72%)`);
  canvas.fillStyle = sky;
  canvas.fillRect(0, 0, width, height);

  const x = width * land.sun + seconds * width * 0.004;
  const y = height * (land.height + 0.02 * Math.sin(seconds / 3));
  const glow = canvas.createRadialGradient(x, y, 0, x, y, height * 0.5);
  glow.addColorStop(0, "hsl(45 100% 92% / 0.55)");
  glow.addColorStop(1, "hsl(45 100% 92% / 0)");
  canvas.fillStyle = glow;
  canvas.fillRect(0, 0, width, height);
  canvas.fillStyle = "hsl(45 100% 94%)";
  canvas.beginPath();
  canvas.arc(x, y, height * 0.07, 0, Math.PI * 2);
  canvas.fill();

  land.ridges.forEach(({ base, waves }, layer) => {
    const near = layer / (RIDGES - 1);
    canvas.fillStyle = `hsl(${land.hue - 20 + near * 30} ${38 - near * 8}% ${58 - near * 44}%)`;
    canvas.beginPath();
    canvas.moveTo(0, height);
    for (let step = 0; step <= 80; step += 1) {
      const across = step / 80 + seconds * 0.006 * (1 + layer);
      const rise = waves.reduce((sum, [size = 0, pace = 0, shift = 0]) => sum + size * Math.sin(across * pace * 4 + shift), 0);
      canvas.lineTo((step / 80) * width, height * (base + rise));
    }
    canvas.lineTo(width, height);
    canvas.fill();
  });
}

/**
 * A still picture of a video.
 * @param {string} id
 * @returns {HTMLCanvasElement}
 */
export function still(id) {
  const canvas = document.createElement("canvas");
  canvas.width = 320;
  canvas.height = 180;
  const context = canvas.getContext("2d");
  if (context) draw(context, landscape(id), 0);
  return canvas;
}

/**
 * Numbers from 0 to 1 that depend on the seed only (mulberry32 over an FNV-1a hash).
 * @param {string} seed
 */
function chance(seed) {
  let state = 0x811c9dc5;
  for (const character of seed) state = Math.imul(state ^ character.charCodeAt(0), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
