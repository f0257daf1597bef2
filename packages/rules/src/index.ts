/** Detection content as data: where the shipped rules lie. */

/** URL of the folder of rules; each rule is a folder in it, with its recorded traffic. */
export const RULES_URL: URL = new URL('../rules/', import.meta.url);
