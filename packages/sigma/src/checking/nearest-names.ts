/** What somebody may have meant who wrote a name that does not exist. */

const NEAREST_MAX = 3;
const CHARACTERS_MAX = 128;

/** The names most like a written one, best first: by letters to change, then alphabetically. */
export function nearestNames(written: string, names: readonly string[]): readonly string[] {
  const text = written.slice(0, CHARACTERS_MAX).toLowerCase();
  return names
    .map((name) => ({ name, distance: distanceTo(text, name.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance || a.name.localeCompare(b.name, 'en'))
    .slice(0, NEAREST_MAX)
    .map(({ name }) => name);
}

/** A name with the same last part is near, whatever stands before it: `enduser.role`, `user.roles`. */
function distanceTo(written: string, name: string): number {
  const last = (text: string): string => text.slice(text.lastIndexOf('.') + 1);
  return Math.min(editDistance(written, name), editDistance(last(written), last(name)) + 1);
}

/** Levenshtein, a row at a time. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let at = 0; at < from.length; at += 1) {
    const next = [at + 1];
    for (let index = 0; index < to.length; index += 1) {
      const replaced = (row[index] ?? 0) + (from[at] === to[index] ? 0 : 1);
      next.push(Math.min(replaced, (row[index + 1] ?? 0) + 1, (next[index] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
