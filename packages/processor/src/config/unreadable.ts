/** Why a file or folder named in a configuration cannot be used, and what to do about it. */

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'does not exist; create it, or correct the path'],
  ['ENOTDIR', 'leads through a file that is no folder; correct the path'],
  ['EACCES', 'may not be read by this user; give it read permission, or run as its owner'],
  ['EPERM', 'may not be used by this user; give it permission, or run as its owner'],
  ['EISDIR', 'is a folder; name a file in it'],
  ['ELOOP', 'is a link that leads back to itself; correct the link'],
  ['EROFS', 'is on a file system that cannot be written; choose another place'],
  ['ENOSPC', 'is on a disk that is full; free some space, or choose another place'],
  ['EMFILE', 'cannot be opened since too many files are open; raise the limit of open files'],
]);

/**
 * Finishes the sentence "option …" for an error of the file system: what was found, what is expected, the code
 * of the system in brackets. Never a stack.
 */
export function unreadable(error: unknown, expected: string): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reason = REASONS.get(code) ?? 'cannot be read';
  return `${reason} (expected ${expected}${code === '' ? '' : `, ${code}`})`;
}
