/** Where things lie in this repository. */

/** URL of the repository's root folder, with a trailing slash. */
export const REPOSITORY_URL: URL = new URL('../../../', import.meta.url);

/** URL of a package's folder, with a trailing slash. */
export function packageUrl(name: string): URL {
  return new URL(`packages/${name}/`, REPOSITORY_URL);
}
