/** What leaves `neutralise` is harmless, bounded, and untouched when it was clean. */
import { expect } from 'chai';
import * as fc from 'fast-check';
import { cutAtCharacter, neutralise } from './neutralise.ts';

function becomes(text: string, expected: string, charsMax = 100): void {
  expect(neutralise(text, charsMax)).to.equal(expected);
}

describe('neutralise', () => {
  it('shows control characters instead of sending them', () => {
    becomes('a\r\nb', 'a\\u000d\\u000ab');
    becomes('\u001b[31mred', '\\u001b[31mred');
    becomes('\u0000', '\\u0000');
    becomes('\u009b31m', '\\u009b31m');
    becomes('tab\there', 'tab\\u0009here');
  });

  it('shows bidi, zero-width and separator characters', () => {
    becomes('user\u202etxt.exe', 'user\\u202etxt.exe');
    becomes('a\u2066b\u2069', 'a\\u2066b\\u2069');
    becomes('a\u200bb\ufeff', 'a\\u200bb\\ufeff');
    becomes('a\u2028b', 'a\\u2028b');
  });

  it('shows lone surrogates and keeps pairs', () => {
    becomes('\ud800x', '\\ud800x');
    becomes('😀', '😀');
  });

  it('keeps clean text in any script', () => {
    becomes('Grüße, 世界, مرحبا', 'Grüße, 世界, مرحبا');
  });

  it('cuts between characters and between escapes', () => {
    becomes('abc', 'abc', 3);
    becomes('abcd', 'abc', 3);
    becomes('ab😀', 'ab', 3);
    becomes('ab😀', 'ab😀', 4);
    becomes('\n', '\\u000a', 6);
    becomes('\n', '', 5);
  });

  it('is clean, bounded and idempotent for every input', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 0, max: 60 }), (text, max) => {
        const once = neutralise(text, max);
        expect(once.length).to.be.at.most(max);
        expect(Buffer.from(once).toString()).to.equal(once);
        // oxlint-disable-next-line no-control-regex -- the point of the test
        expect(once).to.not.match(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/u);
        expect(neutralise(once, max)).to.equal(once);
      }),
    );
  });

  it('never cuts a pair', () => {
    expect(cutAtCharacter('😀', 1)).to.equal('');
    expect(cutAtCharacter('😀', 2)).to.equal('😀');
  });
});
