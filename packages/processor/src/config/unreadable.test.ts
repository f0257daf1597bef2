import { expect } from 'chai';
import { unreadable } from './unreadable.ts';

function told(code: string): string {
  return unreadable(Object.assign(new Error('/secret/path'), { code }), 'a file of YAML');
}

describe('a path that cannot be used', () => {
  for (const [code, remedy] of [
    ['EACCES', 'may not be read by this user; give it read permission, or run as its owner'],
    ['EROFS', 'is on a file system that cannot be written; choose another place'],
    ['ENOSPC', 'is on a disk that is full; free some space, or choose another place'],
    ['EWHATEVER', 'cannot be read'],
  ] as const) {
    it(`is told with its remedy: ${code}`, () => {
      expect(told(code)).to.equal(`${remedy} (expected a file of YAML, ${code})`);
    });
  }

  it('is told without a code where the error has none', () => {
    expect(unreadable('odd', 'a folder')).to.equal('cannot be read (expected a folder)');
  });
});
