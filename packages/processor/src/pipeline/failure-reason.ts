/** Says why something of ours threw, without what it threw about: messages of errors quote their input. */

const FRAMES_MAX = 3;

/** The error's class and where it was thrown, such as `RangeError at Walk.run (walk.ts:96:5)`. */
export function failureReason(error: unknown): string {
  if (!(error instanceof Error)) return `a thrown ${typeof error}`;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const places = frames
    .slice(0, FRAMES_MAX)
    .map((line) => line.trim().replace(/(?:file:\/\/)?\/[^\s()]*\/([^/\s()]+)/, '$1'));
  const code = 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : '';
  return [`${error.name}${code}`, ...places].join(' ');
}

/** What may be logged of an error whose message may hold payload: its code or class. */
export function errorName(error: unknown): string {
  if (!(error instanceof Error)) return 'a value that is no error';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
