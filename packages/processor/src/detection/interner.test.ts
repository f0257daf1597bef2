import { SeededRandom } from '@spanguard/testkit';
import { expect } from 'chai';
import fc from 'fast-check';
import { FactTexts } from '../model/facts/fact-texts.ts';
import { INTERNED_BYTES_MAX, Interner, KNOWN, UNKNOWN } from './interner.ts';

const LIMITS = { entriesMax: 400, bytesMax: 2 * 1024 * 1024 };

function valueOf(text: string): { bytes: Uint8Array; start: number; end: number } {
  const bytes = Buffer.from(`..${text}..`);
  return { bytes, start: 2, end: bytes.length - 2 };
}

/** Looks a text up as detection does, and keeps it where it is not known. */
function intern(interner: Interner<string>, place: number, text: string): number {
  const value = valueOf(text);
  const known = interner.find(place, value);
  if (known !== UNKNOWN) return known;
  const shown = Buffer.from(`${place}:${text}`);
  return interner.keep(place, value, { shown, note: `${place} ${text}` });
}

describe('the interner', () => {
  it('knows a value again in its place, and nothing of it elsewhere', () => {
    const interner = new Interner<string>(LIMITS);
    intern(interner, 1, 'a');
    expect(interner.find(2, valueOf('a'))).to.equal(UNKNOWN);
    expect(interner.find(1, valueOf('b'))).to.equal(UNKNOWN);
    expect(interner.noteOf(interner.find(1, valueOf('a')))).to.equal('1 a');
  });

  it('gives a value one number in a batch, and another in the next', () => {
    const interner = new Interner<string>(LIMITS);
    const texts = new FactTexts();
    interner.beginBatch();
    const first = interner.idIn(texts, intern(interner, 1, 'a'));
    expect(interner.idIn(texts, intern(interner, 1, 'a'))).to.equal(first);
    expect(interner.idIn(texts, intern(interner, 1, 'b'))).to.equal(first + 1);
    texts.clear();
    interner.beginBatch();
    expect(interner.idIn(texts, intern(interner, 1, 'b'))).to.equal(1);
    expect(texts.textOf(1)).to.equal('1:b');
  });

  it('shows nothing of what policy hides', () => {
    const interner = new Interner<string>(LIMITS);
    interner.beginBatch();
    const value = valueOf('secret');
    interner.find(1, value);
    const entry = interner.keep(1, value, { shown: new Uint8Array(0) });
    expect(interner.idIn(new FactTexts(), entry)).to.equal(0);
  });

  it('keeps fingerprints apart from texts, and tells one entity by them', () => {
    const interner = new Interner<string>(LIMITS);
    const texts = new FactTexts();
    interner.beginBatch();
    const keep = (text: string, mark: number, network?: number): number => {
      const value = valueOf(text);
      interner.find(1, value);
      return interner.keep(1, value, {
        fingerprint: Buffer.alloc(12, mark),
        network: network === undefined ? undefined : Buffer.alloc(12, network),
        flags: KNOWN.entity | (network === undefined ? 0 : KNOWN.network),
      });
    };
    const [alice, other, bob] = [keep('alice', 7), keep('Alice', 7), keep('bob', 8, 9)];
    expect(interner.areOne(alice, other)).to.equal(true);
    expect(interner.areOne(alice, bob)).to.equal(false);
    expect(texts.keyOf(interner.idIn(texts, alice))).to.equal('BwcHBwcHBwcHBwcH');
    expect(interner.networkIn(texts, alice)).to.equal(interner.idIn(texts, alice));
    expect(texts.keyOf(interner.networkIn(texts, bob))).to.equal('CQkJCQkJCQkJCQkJ');
    expect(texts.textOf(interner.networkIn(texts, bob))).to.equal('bob');
  });

  for (const [length, isKept] of [
    [INTERNED_BYTES_MAX, true],
    [INTERNED_BYTES_MAX + 1, false],
  ] as const) {
    it(`${isKept ? 'remembers' : 'does not remember'} ${length} bytes`, () => {
      const interner = new Interner<string>(LIMITS);
      const value = valueOf('x'.repeat(length));
      interner.find(1, value);
      interner.keep(1, value, {});
      expect(interner.find(1, value) !== UNKNOWN).to.equal(isKept);
    });
  }

  it('forgets what nobody asks for, and keeps what somebody does', () => {
    const interner = new Interner<string>(LIMITS);
    interner.beginRecord();
    intern(interner, 1, 'often');
    intern(interner, 1, 'once');
    for (let other = 0; other < 2000; other++) {
      interner.beginRecord();
      intern(interner, 2, `other ${other}`);
      expect(interner.find(1, valueOf('often'))).not.to.equal(UNKNOWN);
    }
    expect(interner.find(1, valueOf('once'))).to.equal(UNKNOWN);
  });

  it('answers as if it remembered nothing, whatever it has seen', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = new SeededRandom(seed);
        const interner = new Interner<string>(LIMITS);
        const texts = new FactTexts();
        for (let record = 0; record < 600; record++) {
          interner.beginRecord();
          if (random.chance(0.02)) {
            texts.clear();
            interner.beginBatch();
          }
          const [place, text] = [random.int(0, 3), random.text(random.int(1, 3), 'abcdef')];
          const entry = intern(interner, place, text);
          expect(interner.noteOf(entry)).to.equal(`${place} ${text}`);
          expect(texts.textOf(interner.idIn(texts, entry))).to.equal(`${place}:${text}`);
        }
      }),
      { numRuns: 20 },
    );
  });
});
