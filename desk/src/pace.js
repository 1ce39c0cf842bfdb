// @ts-check
/** Keeps what news ask for from being done too often: at once, and then at most every so often. */

const HEAP = 60; // milliseconds in which news of one thing arrive

/**
 * @param {() => unknown} act @param {number} every milliseconds between two
 * @returns {{soon: () => void, end: () => void}}
 */
export function paced(act, every) {
  let last = -Infinity;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waits;
  const now = () => {
    waits = undefined;
    last = performance.now();
    act();
  };
  return {
    soon() {
      // A moment even when nothing was done for long: news come in heaps.
      waits ??= setTimeout(now, Math.max(HEAP, last + every - performance.now()));
    },
    end: () => clearTimeout(waits),
  };
}
