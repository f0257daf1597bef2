/** Reads the bitmap a prefilter leaves; words beyond its end count as marked. */

/** Whether a byte of `[start, end)` is marked: at most a few words' stretch. */
export function isAnyMarked(marks: Uint32Array, start: number, end: number): boolean {
  const last = (end - 1) >>> 5;
  for (let word = start >>> 5; word <= last; word++) {
    const bits = marks[word] ?? -1;
    if (bits === 0) continue;
    const from = word === start >>> 5 ? -1 << (start & 31) : -1;
    const to = word === last ? -1 >>> (31 - ((end - 1) & 31)) : -1;
    if ((bits & from & to) !== 0) return true;
  }
  return false;
}

/** The place behind the last marked byte of `[start, end)`; at most `start` where none is. */
export function behindLastMark(marks: Uint32Array, start: number, end: number): number {
  const first = start >>> 5;
  for (let word = (end - 1) >>> 5; word >= first; word--) {
    const bits =
      word === (end - 1) >>> 5
        ? (marks[word] ?? -1) & (-1 >>> (31 - ((end - 1) & 31)))
        : (marks[word] ?? -1);
    if (bits !== 0) return (word << 5) + 32 - Math.clz32(bits);
  }
  return start;
}
