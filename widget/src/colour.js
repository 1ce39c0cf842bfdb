// @ts-check
/** The operator's one colour, made readable on light and on dark. */

const ENOUGH = 5.5; // a little more than the rule asks: it stands on tinted grounds too
/** @typedef {[number, number, number]} Rgb */

/**
 * Return the colour, made darker or lighter until it reads on the surface; its hue stays.
 * @param {string} colour as `#rrggbb` @param {string} surface
 */
export function readable(colour, surface) {
  const ground = parsed(surface);
  const step = luminance(ground) > 0.4 ? -0.02 : 0.02;
  let ink = parsed(colour);
  const [hue, saturation, start] = hsl(ink);
  for (let light = start; contrast(ink, ground) < ENOUGH && light >= 0 && light <= 1; light += step) {
    ink = rgb(hue, saturation, light);
  }
  return `rgb(${ink.map(Math.round).join(" ")})`;
}

/** @param {Rgb} colour @returns {[number, number, number]} */
function hsl(colour) {
  const [r, g, b] = colour.map((part) => part / 255);
  const most = Math.max(r, g, b);
  const span = most - Math.min(r, g, b);
  const light = most - span / 2;
  if (!span) return [0, 0, light];
  const hue = most === r ? (g - b) / span : most === g ? 2 + (b - r) / span : 4 + (r - g) / span;
  return [(hue + 6) % 6, span / (1 - Math.abs(2 * light - 1)), light];
}

/** @param {number} hue @param {number} saturation @param {number} light @returns {Rgb} */
function rgb(hue, saturation, light) {
  const reach = saturation * Math.min(light, 1 - light);
  const part = (/** @type {number} */ n) => {
    const k = (n + hue * 2) % 12;
    return 255 * (light - reach * Math.max(-1, Math.min(k - 3, 9 - k, 1)));
  };
  return [part(0), part(8), part(4)];
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
