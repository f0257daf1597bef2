/** Users are counted once, however they are spelled. */
import { expect } from 'chai';
import * as fc from 'fast-check';
import { canonicalUser } from './canonical-user.ts';

describe('canonicalUser', () => {
  for (const [spelling, user] of [
    ['Alice@Example.com', 'alice@example.com'],
    [' alice@example.com\t', 'alice@example.com'],
    ['Bob', 'bob'],
    ['Zoe\u0308', 'zo\u00eb'],
    ['4711', '4711'],
  ] as const) {
    it(`counts ${JSON.stringify(spelling)} as ${user}`, () => {
      expect(canonicalUser(spelling)).to.equal(user);
    });
  }

  it('counts nobody where nothing is left', () => {
    for (const nobody of ['', ' ', '\n\t']) expect(canonicalUser(nobody)).to.equal(undefined);
  });

  it('leaves its own answers as they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const once = canonicalUser(text);
        if (once !== undefined) expect(canonicalUser(once)).to.equal(once);
      }),
    );
  });
});
