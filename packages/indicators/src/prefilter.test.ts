import { expect } from 'chai';
import { assert, constantFrom, property, string } from 'fast-check';
import { Prefilter } from './prefilter.ts';

describe('Prefilter', () => {
  const prefilter = new Prefilter([['union'], [' or ', 'select'], ['on']]);

  it('names the owners of every literal that occurs, overlapping ones included', () => {
    expect([...prefilter.candidates('x UNION\tor\nselect')]).to.deep.equal([1, 1, 1]);
    expect([...prefilter.candidates('moon')]).to.deep.equal([0, 0, 1]);
    expect([...prefilter.candidates('selec')]).to.deep.equal([0, 0, 0]);
  });
  it('agrees with a plain search on any text', () => {
    const literals = ['ab', 'abc', 'bca', 'c', 'a b'];
    const owners = new Prefilter(literals.map((literal) => [literal]));
    assert(
      property(string({ unit: constantFrom('a', 'b', 'c', 'd', ' ') }), (text) => {
        const expected = literals.map((literal) => (text.includes(literal) ? 1 : 0));
        expect([...owners.candidates(text)]).to.deep.equal(expected);
        expect(owners.touches(text)).to.equal(expected.includes(1));
      }),
    );
  });
});
