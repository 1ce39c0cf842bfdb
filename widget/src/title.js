// @ts-check
/** The number of unread messages before the title of the page. */

const COUNT = /^\(\d+\) /;

/** @param {number} count */
export function titled(count) {
  const bare = document.title.replace(COUNT, "");
  const wanted = count ? `(${count}) ${bare}` : bare;
  if (document.title !== wanted) document.title = wanted;
}
