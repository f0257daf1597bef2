import { expect } from 'chai';
import { parameterName, type Sign, strongestSigns } from './strongest-signs.ts';

const sign = (rule: string, more: Partial<Sign> = {}): Sign => ({
  ...{ kind: 'xss', confidence: 'high', place: 'url.query', parameter: 'q' },
  ...more,
  rule,
});

describe('strongestSigns', () => {
  it('tells one of each kind, in the order they were first seen', () => {
    const [first, second] = [sign('a'), sign('b', { kind: 'sqli' })];
    expect(strongestSigns([[first, second], [sign('a')]])).to.deep.equal([first, second]);
    expect(strongestSigns<Sign>([[], []])).to.deep.equal([]);
  });

  it('prefers the strongest, wherever it stands', () => {
    const [weak, strong] = [sign('a', { confidence: 'suspicious' }), sign('b', { place: 'body' })];
    expect(strongestSigns([[weak], [strong]])).to.deep.equal([strong]);
    expect(strongestSigns([[strong], [weak]])).to.deep.equal([strong]);
  });

  it('tells the same rule of one text, in whatever order its encoding shows them', () => {
    const [first, second] = [sign('xss.dom_sink'), sign('xss.script_element')];
    for (const found of [
      [first, second],
      [second, first],
    ]) {
      expect(strongestSigns([found])).to.deep.equal([first]);
    }
  });

  it('tells the first of several texts', () => {
    const [first, second] = [sign('xss.script_element'), sign('xss.dom_sink', { parameter: 'r' })];
    expect(strongestSigns([[first, second]])).to.deep.equal([first]);
    expect(strongestSigns([[first], [sign('a', { place: 'body' })]])).to.deep.equal([first]);
  });
});

describe('parameterName', () => {
  it('is one spelling of a name, whoever encoded it', () => {
    const spellings = ['user[$ne]', 'user%5B%24ne%5D', 'user%5b$ne%5d'];
    expect(new Set(spellings.map(parameterName))).to.deep.equal(new Set(['user[$ne]']));
    expect(parameterName('p%1b[2J')).to.equal('p\u001b[2J');
  });

  it('leaves what nobody can decode', () => {
    expect(['100%', '%ff', '%zz'].map(parameterName)).to.deep.equal(['100%', '%ff', '%zz']);
  });
});
