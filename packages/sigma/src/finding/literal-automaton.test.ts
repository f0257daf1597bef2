import { expect } from 'chai';
import fc from 'fast-check';
import { LiteralAutomaton } from './literal-automaton.ts';

function foundIn(text: string, literals: readonly string[]): string[] {
  const found: number[] = [];
  new LiteralAutomaton(literals).search(text, found);
  return found.map((index) => literals[index] ?? '?');
}

describe('LiteralAutomaton', () => {
  it('finds each literal a text has, once, however they overlap', () => {
    const literals = ['he', 'she', 'hers', 'his', 'e', 'sh'];
    expect(foundIn('ushers', literals)).to.have.members(['he', 'she', 'hers', 'e', 'sh']);
    expect(foundIn('ahishers', literals)).to.have.members(literals);
    expect(foundIn('hehehe', literals)).to.have.members(['he', 'e']);
    expect(foundIn('', literals)).to.deep.equal([]);
    expect(foundIn('text', [])).to.deep.equal([]);
  });

  it('finds what is not ASCII, and takes a long s for an s', () => {
    expect(foundIn('x😀é', ['😀', 'é', '😁'])).to.have.members(['😀', 'é']);
    expect(foundIn('paſſword', ['password', 'pa'])).to.have.members(['password', 'pa']);
  });

  it('finds what looking for one after the other finds', () => {
    const character = fc.constantFrom('a', 'b', 'c', 'é', '😀', '\ud83d');
    const text = fc.string({ unit: character, maxLength: 30 });
    const literal = fc.string({ unit: character, minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.uniqueArray(literal, { maxLength: 30 }), text, (literals, where) => {
        const expected = literals.filter((each) => where.includes(each));
        expect(foundIn(where, literals)).to.have.members(expected);
      }),
      { numRuns: 1_000 },
    );
  });

  it('finds them beyond the nodes whose steps are ready', () => {
    const literals = Array.from({ length: 2_000 }, (_, index) => {
      const digits = index.toString(3).padStart(8, '0');
      return digits.replaceAll('0', 'a').replaceAll('1', 'b').replaceAll('2', 'ü');
    });
    const automaton = new LiteralAutomaton(literals);
    expect(automaton.nodeCount).to.be.above(3_000);
    const text = literals.filter((_, index) => index % 97 === 0).join('');
    const found: number[] = [];
    automaton.search(text, found);
    const expected = literals.flatMap((each, index) => (text.includes(each) ? [index] : []));
    expect(found.toSorted((a, b) => a - b)).to.deep.equal(expected);
  });

  it('takes a step a character, however many literals end at each', () => {
    // 32 literals, each in the next: naively every character would tell of all of them.
    const literals = Array.from({ length: 32 }, (_, index) => 'a'.repeat(index + 1));
    const found: number[] = [];
    new LiteralAutomaton(literals).search('a'.repeat(200_000), found);
    expect(found).to.have.length(32);
  });
});
