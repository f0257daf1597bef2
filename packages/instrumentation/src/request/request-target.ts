/** Takes targets and Locations apart without normalising them. */

/** The path of a target or Location, without query and fragment. */
export function pathOf(target: string): string {
  const end = target.search(/[?#]/u);
  const path = end === -1 ? target : target.slice(0, end);
  // An absolute-form target or Location: the path begins at the third slash.
  const origin = /^https?:\/\/[^/]*/iu.exec(path);
  return origin === null ? path : path.slice(origin[0].length) || '/';
}
