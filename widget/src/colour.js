// @ts-check
/** The operator's one colour, made readable on light and on dark. */

const ENOUGH = 4.6;
/** @typedef {[number, number, number]} Rgb */

/**
 * Return the colour, moved towards black or white until it reads on the surface.
 * @param {string} colour as `#rrggbb` @param {string} surface
 */
export function readable(colour, surface) {
  const ground = parsed(surface);
  const towards = luminance(ground) > 0.4 ? 0 : 255;
  let ink = parsed(colour);
  for (let step = 0; step < 20 && contrast(ink, ground) < ENOUGH; step++) {
    ink = /** @type {Rgb} */ (ink.map((part) => part + (towards - part) * 0.12));
  }
  return `rgb(${ink.map(Math.round).join(" ")})`;
}

/**
 * Return black or white, whichever reads on the colour.
 * @param {string} colour
 */
export function inkOn(colour) {
  const ground = parsed(colour);
  return contrast([255, 255, 255], ground) >= 4.5 ? "#ffffff" : "#16181a";
}

/** @param {string} colour @returns {Rgb} */
function parsed(colour) {
  const hex = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})$/i.exec(colour.trim());
  if (hex) return /** @type {Rgb} */ (hex.slice(1).map((part) => parseInt(part, 16)));
  const numbers = colour.match(/[\d.]+/g)?.map(Number) || [];
  return numbers.length >= 3 ? [numbers[0], numbers[1], numbers[2]] : [30, 77, 67];
}

/** @param {Rgb} colour */
function luminance(colour) {
  const [r, g, b] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** @param {Rgb} one @param {Rgb} other */
function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}
