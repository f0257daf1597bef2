import { expect } from 'chai';
import { assert, property } from 'fast-check';
import { AGENT_RULES, VALUE_RULES } from '../src/all-rules.ts';
import { Prefilter } from '../src/prefilter.ts';
import { isGenerable, textsMatching } from './matching-texts.ts';

const PATTERNS = [...VALUE_RULES, ...AGENT_RULES].flatMap(({ id, literals, pattern }) =>
  pattern === undefined ? [] : [{ id, literals, pattern }],
);
const NUMBER_OF_TEXTS = 500;

/** Back references: the second operand of a comparison, whose sign is the literal. */
const NOT_GENERATED = ['sqli.tautology', 'sqli.quoted_comparison', 'nosqli.always_true_script'];
/** A look-behind for what opens a template, and the openers are its literals. */
const HARDLY_GENERATED = ['ssti.object_walk'];

/** Every text that the pattern matches holds a literal; answers how many texts it matched. */
function matchesWithLiteral({ id, literals, pattern }: (typeof PATTERNS)[number]): number {
  const prefilter = new Prefilter([literals]);
  let matches = 0;
  assert(
    property(textsMatching(pattern), (text) => {
      if (!pattern.test(text)) return;
      matches += 1;
      expect(prefilter.touches(text), `${id} is not asked of ${JSON.stringify(text)}`).to.equal(
        true,
      );
    }),
    { numRuns: NUMBER_OF_TEXTS },
  );
  return matches;
}

describe('the literals of a rule', () => {
  for (const rule of PATTERNS.filter(({ pattern }) => isGenerable(pattern))) {
    it(`let its pattern be asked of all it matches: ${rule.id}`, () => {
      const matches = matchesWithLiteral(rule);
      if (!HARDLY_GENERATED.includes(rule.id)) {
        expect(matches).to.be.above(NUMBER_OF_TEXTS / 100);
      }
    });
  }
  it('cannot be tried where a pattern refers back to what it matched', () => {
    const left = PATTERNS.filter(({ pattern }) => !isGenerable(pattern)).map(({ id }) => id);
    expect(left).to.have.members(NOT_GENERATED);
  });
});
