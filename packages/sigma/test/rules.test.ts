import { expect } from 'chai';
import {
  compileRule,
  EventList,
  fieldsOfRules,
  type ParsedRules,
  parseRules,
  type PlainValue,
  RowCursor,
  Ruleset,
  type RulesetResult,
  textSlots,
} from '../src/index.ts';

function rulesetOf(parsed: ParsedRules): RulesetResult {
  return Ruleset.from([parsed], { vocabulary: { fields: textSlots(fieldsOfRules([parsed])) } });
}

function matcher(detection: string) {
  const text = `title: t\nlogsource: { category: x }\ndetection:\n${detection}\nlevel: low\n`;
  const parsed = parseRules(text, { file: 't.yaml' });
  if (!parsed.ok) throw new Error(parsed.errors.map(({ message }) => message).join('\n'));
  const [rule] = parsed.rules;
  if (rule === undefined) throw new Error('no rule');
  const slots = textSlots(['a', 'b', 'y', 'z']);
  const matches = compileRule(rule, { fields: slots });
  return (fields: Record<string, PlainValue>): boolean => {
    const cursor = new RowCursor();
    cursor.open(new EventList(slots, [{ timeMs: 0, id: '', fields }]));
    return matches(cursor);
  };
}

describe('a Sigma rule', () => {
  const cases: readonly [string, Record<string, PlainValue>, boolean][] = [
    ['  s: { a: x }\n  condition: s', { a: 'X' }, true],
    ['  s: { a|cased: x }\n  condition: s', { a: 'X' }, false],
    ['  s: { a: "x*z" }\n  condition: s', { a: 'xyz' }, true],
    ['  s: { a: "x?z" }\n  condition: s', { a: 'xyyz' }, false],
    ['  s: { a: "x\\\\*z" }\n  condition: s', { a: 'x*z' }, true],
    ['  s: { a|contains|all: [x, y] }\n  condition: s', { a: 'yx' }, true],
    ['  s: { a|contains|all: [x, q] }\n  condition: s', { a: 'yx' }, false],
    ['  s: { a|re: "^x+$" }\n  condition: s', { a: 'xxx' }, true],
    ['  s: { a|cidr: 10.0.0.0/8 }\n  condition: s', { a: '10.1.2.3' }, true],
    ['  s: { a|cidr: 10.0.0.0/8 }\n  condition: s', { a: '11.1.2.3' }, false],
    ['  s: { a|gte: 400, a|lt: 500 }\n  condition: s', { a: 404 }, true],
    ['  s: { a|exists: true }\n  condition: s', {}, false],
    ['  s: { a: null }\n  condition: s', {}, true],
    ['  s: { a|fieldref: b }\n  condition: s', { a: 'x', b: 'x' }, true],
    ['  s1: { a: x }\n  s2: { b: y }\n  condition: 1 of s*', { b: 'y' }, true],
    ['  s1: { a: x }\n  s2: { b: y }\n  condition: all of them', { b: 'y' }, false],
    ['  s: { a: x }\n  f: { b: y }\n  condition: s and not f', { a: 'x', b: 'y' }, false],
    ['  s: { a: x }\n  f: { b: y }\n  condition: not (s or f)', { a: 'q', b: 'q' }, true],
    ['  keywords: [evil, bad]\n  condition: keywords', { z: 'some evil thing' }, true],
    ['  k: { "|all": [evil, bad] }\n  condition: k', { y: 'evil', z: 'bad' }, true],
    ['  k: { "|all": [evil, bad] }\n  condition: k', { y: 'evil', z: 'good' }, false],
    ['  s: { a|windash|contains: " -x -y" }\n  condition: s', { a: 'c /x -y' }, true],
    ['  s: { a|windash|contains: " -x -y" }\n  condition: s', { a: 'c \u2013x /y' }, true],
    ['  s: { a|windash|contains: " -x -y" }\n  condition: s', { a: 'c +x -y' }, false],
    ['  s: { a: x }\n  _s: { b: y }\n  condition: 1 of *', { b: 'y' }, false],
    ['  s: { a: x }\n  _s: { b: y }\n  condition: 1 of _*', { b: 'y' }, true],
    ['  s: { a: "0123" }\n  condition: s', { a: '0123' }, true],
    ['  s: { a: 123 }\n  condition: s', { a: '123' }, true],
    ['  s: { a|gte: 1.0 }\n  condition: s', { a: 1 }, true],
  ];
  for (const [detection, fields, expected] of cases) {
    it(`${expected ? 'matches' : 'passes by'} ${JSON.stringify(fields)}: ${detection.trim().split('\n')[0]}`, () => {
      expect(matcher(detection)(fields)).to.equal(expected);
    });
  }

  const unclear: readonly (readonly [string, RegExp])[] = [
    ['a: 0123', /a is "0123", which is read as 123: quote it/],
    ['a: [x, 1.0]', /a is "1.0", which is read as 1: quote it/],
    ['a: 0x1F', /"0x1F", which is read as 31/],
    ['a|contains: ""', /value "" does not go with contains/],
    ['a|startswith: [x, null]', /value null does not go with startswith/],
    ['a|re: ""', /value "" does not go with re/],
  ];
  for (const [test, message] of unclear) {
    it(`is refused where it hardly means what is written: ${test}`, () => {
      expect(() => matcher(`  s: { ${test} }\n  condition: s`)).to.throw(message);
    });
  }

  it('is refused where windash has more flags than can be tried', () => {
    const flags = (count: number): string => `" ${'-x '.repeat(count)}"`;
    const of = (count: number) =>
      matcher(`  s: { a|windash|contains: ${flags(count)} }\n  condition: s`);
    expect(of(5)({ a: `c ${'/x '.repeat(5)}` })).to.equal(true);
    expect(() => of(6)).to.throw(/too many flags for windash/);
  });

  it('names file, line, column, rule, what was found and what is allowed', () => {
    const text =
      'title: t\nname: n\ncorrelation:\n  type: event_count\n  rules: [x]\n  timespan: many\n  condition: { gte: 3 }\nlevel: low\n';
    const parsed = parseRules(text, { file: 'rules/x.yaml' });
    expect(parsed.ok).to.equal(false);
    if (!parsed.ok)
      expect(parsed.errors[0]?.message).to.match(
        /^rules\/x\.yaml:6:3: rule "n": .*"many".*expected/,
      );
  });

  it('refuses conditions that a later event could undo', () => {
    const codes = (type: string, condition: string): string[] => {
      const text = `title: t\nname: n\ncorrelation:\n  type: ${type}\n  rules: [x]\n  timespan: 1m\n  condition: ${condition}\nlevel: low\n`;
      const parsed = parseRules(text, { file: 'x.yaml' });
      return parsed.ok ? [] : parsed.errors.map(({ code }) => code);
    };
    for (const is of ['gt', 'gte']) {
      expect(codes('event_count', `{ ${is}: 3 }`), is).to.deep.equal([]);
    }
    for (const is of ['lt', 'lte', 'eq', 'neq']) {
      expect(codes('event_count', `{ ${is}: 3 }`), is).to.deep.equal(['SIGMA_NOT_SUPPORTED']);
      expect(codes('event_count', `{ gte: 2, ${is}: 3 }`), is).to.deep.equal([
        'SIGMA_NOT_SUPPORTED',
      ]);
    }
    expect(codes('value_sum', '{ field: y, gte: 3 }')).to.deep.equal([]);
    expect(codes('value_avg', '{ field: y, gte: 3 }')).to.deep.equal(['SIGMA_NOT_SUPPORTED']);
  });

  it('tells of references that lead nowhere', () => {
    const parsed = parseRules(
      'title: t\nname: n\ncorrelation:\n  type: event_count\n  rules: [nowhere]\n  timespan: 1m\n  condition: { gte: 3 }\nlevel: low\n',
      { file: 'x.yaml' },
    );
    if (!parsed.ok) throw new Error('does not parse');
    const result = rulesetOf(parsed);
    expect(result.ok ? '' : result.errors[0]?.code).to.equal('SIGMA_REFERENCE_UNKNOWN');
  });
});
