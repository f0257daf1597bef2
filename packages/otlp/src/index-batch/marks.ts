/** The bitmap a prefilter leaves behind: bit `i & 31` of word `i >>> 5` stands for byte `i`. */

/**
 * Whether a byte of `[start, end)` is marked. `null` marks every byte; words beyond the end of the
 * bitmap count as marked, so that a bitmap of another batch cannot hide a value.
 */
export function isMarked(marks: Uint32Array | null, start: number, end: number): boolean {
  if (start >= end) return false;
  if (marks === null) return true;
  const last = end - 1;
  const firstWord = start >>> 5;
  const lastWord = last >>> 5;
  const fromStart = -1 << (start & 31);
  const toLast = -1 >>> (31 - (last & 31));
  const first = marks[firstWord] ?? -1;
  if (firstWord === lastWord) return (first & fromStart & toLast) !== 0;
  if ((first & fromStart) !== 0 || ((marks[lastWord] ?? -1) & toLast) !== 0) return true;
  for (let word = firstWord + 1; word < lastWord; word++) {
    if ((marks[word] ?? -1) !== 0) return true;
  }
  return false;
}
