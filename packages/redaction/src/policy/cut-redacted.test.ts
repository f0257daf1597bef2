import { expect } from 'chai';
import { array, assert, constantFrom, nat, property } from 'fast-check';
import { cutRedacted } from './cut-redacted.ts';
import { createPseudonyms } from './pseudonyms.ts';
import { compilePolicy } from './redaction-policy.ts';

describe('cutting what was redacted', () => {
  for (const [text, charactersMax, expected] of [
    ['card [pan:1111] ok', 18, 'card [pan:1111] ok'],
    ['card [pan:1111] ok', 15, 'card [pan:1111]'],
    ['card [pan:1111] ok', 14, 'card '],
    ['card [pan:1111] ok', 6, 'card '],
    ['card [pan:1111] ok', 5, 'card '],
    ['card [pan:1111] ok', 4, 'card'],
    ['[[pan:1111]]', 3, '['],
    ['[other] x', 4, '[oth'],
    ['[pan', 3, '[pa'],
    ['a😀', 3, 'a😀'],
    ['a😀', 2, 'a'],
    ['abc', 0, ''],
  ] as const) {
    it(`leaves ${JSON.stringify(expected)} of ${charactersMax} units of ${text}`, () => {
      expect(cutRedacted(text, charactersMax)).to.equal(expected);
    });
  }

  it('never splits a replacement and never shows more than the whole', () => {
    const policy = compilePolicy(
      {},
      { pseudonyms: createPseudonyms({ masterKey: new Uint8Array(32).fill(7) }) },
    );
    const part = constantFrom(
      ...['4111 1111 1111 1111', 'alice@shop.example', 'password=hunter2', 'Bearer abcdefgh12345'],
      ...[' ', ', ', '[', ']', 'é', '😀', 'x'],
    );
    assert(
      property(array(part, { maxLength: 9 }), nat(120), (parts, charactersMax) => {
        const redacted = policy.redactText(parts.join(''));
        const cut = cutRedacted(redacted, charactersMax);
        expect(cut.length).to.be.at.most(charactersMax);
        expect(redacted.startsWith(cut)).to.equal(true);
        // Whatever begins a replacement at the end of the cut would go on behind it.
        const rest = redacted.slice(cut.lastIndexOf('['));
        const replacement = /^\[(?:pan:\d{4}|email:[^\]]+|password|credentials)\]/.exec(rest)?.[0];
        if (cut.includes('[') && replacement !== undefined) {
          expect(cut.slice(cut.lastIndexOf('[')).startsWith(replacement)).to.equal(true);
        }
      }),
      { numRuns: 3000 },
    );
  });
});
