/** Joins the path patterns an application declared into one low-cardinality route. Pure. */

const routeCharsMax = 512;
const alternativesMax = 4;

/**
 * The text of what frameworks take as a path: a string, a RegExp (`/^\/v\d+/`), or an array of them
 * (`(/a|/b)`). Anything else, and the root, is the empty pattern.
 */
export function patternText(path: unknown): string {
  if (typeof path === 'string') return path === '/' ? '' : path.slice(0, routeCharsMax);
  if (path instanceof RegExp) return String(path).slice(0, routeCharsMax);
  if (!Array.isArray(path)) return '';
  const texts = path
    .slice(0, alternativesMax)
    .map((entry) => (Array.isArray(entry) ? '' : patternText(entry)));
  return texts.length === 1 ? (texts[0] ?? '') : `(${texts.map((text) => text || '/').join('|')})`;
}

/** `mount` and `path` as one route: no doubled and no trailing slash, `/` for the root. */
export function joinRoute(mount: string, path: unknown): string {
  const joined = `${mount}${patternText(path)}`.replaceAll(/\/{2,}/gu, '/');
  const isTrailed = joined.length > 1 && joined.endsWith('/') && !(path instanceof RegExp);
  return (isTrailed ? joined.slice(0, -1) : joined).slice(0, routeCharsMax) || '/';
}
