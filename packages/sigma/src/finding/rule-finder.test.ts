import { expect } from 'chai';
import fc from 'fast-check';
import { compileRowTest } from '../matching/compile-rule.ts';
import { matcherOf, type RowTest } from '../matching/row-test.ts';
import { parseRules } from '../parsing/parse-rules.ts';
import { EventList, fieldSlots, type PlainEvent } from '../rows/event-list.ts';
import { RowCursor } from '../rows/row-cursor.ts';
import { MatchingRules } from './matching-rules.ts';
import { RuleFinder } from './rule-finder.ts';

const FIELDS = fieldSlots({ a: 'text', b: 'text', roles: 'text', n: 'number', f: 'flag' });

function compile(detection: string): RowTest {
  const text = `title: t\nlogsource: { category: x }\ndetection:\n${detection}\nlevel: low\n`;
  const parsed = parseRules(text, { file: 't.yaml' });
  if (!parsed.ok) throw new Error(`${text}${parsed.errors.map(({ message }) => message).join()}`);
  const [rule] = parsed.rules;
  if (rule === undefined) throw new Error('no rule');
  return compileRowTest(rule, { fields: FIELDS });
}

function eventOf(fields: PlainEvent['fields']): PlainEvent {
  return { timeMs: 0, id: '', fields };
}

/** Rules that are tried on each row. */
function found(rules: readonly RowTest[], list: EventList): number[][] {
  const finder = new RuleFinder(rules.map(({ requires }) => requires));
  const cursor = new RowCursor();
  cursor.open(list);
  const tried: number[] = [];
  finder.find(cursor, tried);
  return Array.from({ length: list.count }, (_, row) =>
    tried.filter((rule) => finder.rowsOf(rule).has(row)),
  );
}

/** Words that meet each other's wildcards, cases and neighbours. */
const WORDS = [
  ...['admin', 'ADMIN', 'adm', 'paſſword', 'password', 'Kelvin', '\u212aelvin', 'ΑΣ', 'ας', 'ασα'],
  ...['İx', 'i̇x', 'x😀y', '😀', 'a*b', 'a', '', '401', '10.1.2.3', 'select 1', 'SELECT', 'true'],
] as const;
const word = fc.constantFrom(...WORDS);
const wild = fc
  .tuple(word, fc.constantFrom('', '*', '?', '*a'), word)
  .map(([before, middle, after]) => before.replaceAll('*', '\\*') + middle + after);
const regex = fc.constantFrom(
  ...['adm(in)?', '(?i)pass|admin', '^k', 's{2}word', '[ab]dm', '(?:select|401) ?1', 'x.y', 'σ'],
  ...['a+d?m', '\\d{3}', '(?i)KELVIN', 'admin$', '(x|)y', 'a{0,2}dmin', '\\Aa'],
);
const quoted = (values: readonly string[]): string =>
  `[${values.map((value) => JSON.stringify(value)).join(', ')}]`;

const textField = fc.constantFrom('a', 'b', 'roles');
const filled = (values: fc.Arbitrary<string>) =>
  fc.array(
    values.filter((value) => value !== ''),
    { minLength: 1, maxLength: 3 },
  );
const fieldTest = fc.oneof(
  fc
    .tuple(
      textField,
      fc.constantFrom('', '|cased', '|contains', '|startswith', '|endswith', '|contains|cased'),
      fc.constantFrom('', '|all', '|neq'),
      filled(fc.oneof(word, wild)),
    )
    .map(([field, how, all, values]) => `${field}${how}${all}: ${quoted(values)}`),
  fc
    .tuple(textField, fc.constantFrom('', '|i'), filled(regex))
    .map(([field, flag, values]) => `${field}|re${flag}: ${quoted(values)}`),
  fc.constantFrom('a: null', 'b|exists: true', 'a|exists: false', 'a: [null, admin]', 'f: true'),
  fc.constantFrom('n: 401', 'n: [401, 403]', 'n|gte: 400', 'n: null', 'n|contains: "4"', 'n: "4*"'),
  fc.constantFrom('a|fieldref: b', 'a|cidr: 10.0.0.0/8', 'a|gte: 400', 'roles|all: [admin, adm]'),
);
const search = fc.oneof(
  fc
    .uniqueArray(fieldTest, {
      minLength: 1,
      maxLength: 3,
      selector: (test) => test.slice(0, test.indexOf(':')),
    })
    .map((tests) => `{ ${tests.join(', ')} }`),
  filled(word).map(quoted),
  filled(word).map((values) => `{ "|all": ${quoted(values)} }`),
);
const detection = fc
  .tuple(search, search, search)
  .chain(([one, two, three]) =>
    fc
      .constantFrom(
        ...['s', 's and t', 's or t', 's and not t', '1 of *', 'all of *', 'not s'],
        ...['(s or t) and u', 's and (t or not u)', 'not (s and t) or u', 's and t and u'],
      )
      .map((condition) => `  s: ${one}\n  t: ${two}\n  u: ${three}\n  condition: ${condition}`),
  );
const value = fc.oneof(
  word,
  fc.tuple(word, word).map(([one, two]) => one + two),
);
const event = fc
  .record(
    {
      a: value,
      b: value,
      roles: fc.oneof(value, fc.array(value, { maxLength: 3 })),
      n: fc.constantFrom(401, 403, 4, 200.5),
      f: fc.boolean(),
    },
    { requiredKeys: [] },
  )
  .map(eventOf);

describe('RuleFinder', () => {
  it('changes nothing: what is found and matches is what matches when all are tried', () => {
    fc.assert(
      fc.property(
        fc.array(detection, { minLength: 1, maxLength: 8 }),
        fc.array(fc.array(event, { maxLength: 40 }), { minLength: 1, maxLength: 3 }),
        (detections, batches) => {
          const rules = detections.map(compile);
          const matching = new MatchingRules(rules);
          const cursor = new RowCursor();
          for (const events of batches) {
            cursor.open(new EventList(FIELDS, events));
            matching.decide(cursor);
            for (; cursor.row < events.length; cursor.row += 1) {
              // Compiled anew, so that nothing is remembered from the row before.
              const fresh = detections.map(compile).map(matcherOf);
              const expected = [...fresh.keys()].filter((rule) => fresh[rule]?.(cursor));
              expect(matching.of(cursor.row), detections.join('\n')).to.deep.equal(expected);
            }
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('tries a rule only on rows that have what it cannot do without', () => {
    const rules = [
      '  s: { a: login_fail }\n  condition: s',
      '  s: { a: login_fail, b|contains: union }\n  condition: s',
      '  s: { b|re: "(?i)union\\\\s+select" }\n  condition: s',
      '  s: { n: [401, 403] }\n  condition: s',
      '  s: { roles: admin }\n  condition: s',
      '  s: [evil]\n  condition: s',
      '  s: { n|gte: 500 }\n  condition: s',
      '  s: { a: x }\n  condition: not s',
    ].map(compile);
    const list = new EventList(
      FIELDS,
      [
        { a: 'LOGIN_FAIL' },
        { a: 'other', b: 'UNION  SELECT' },
        { n: 403 },
        { n: 404 },
        { roles: ['guest', 'admin'] },
        { b: 'some evil thing' },
        {},
      ].map(eventOf),
    );
    expect(found(rules, list)).to.deep.equal([
      [0, 1, 7],
      [2, 7],
      [3, 6, 7],
      [6, 7],
      [4, 7],
      [5, 7],
      [7],
    ]);
  });

  it('knows nothing of the rows of a stretch before', () => {
    const finder = new RuleFinder([compile('  s: { a: login_fail }\n  condition: s').requires]);
    const rowsOf = (...kinds: readonly string[]): number[] => {
      const cursor = new RowCursor();
      cursor.open(
        new EventList(
          FIELDS,
          kinds.map((a) => eventOf({ a })),
        ),
      );
      finder.find(cursor, []);
      return [...kinds.keys()].filter((row) => finder.rowsOf(0).has(row));
    };
    expect(rowsOf('login_fail', 'x', 'login_fail')).to.deep.equal([0, 2]);
    expect(rowsOf('x', 'login_fail', 'x')).to.deep.equal([1]);
  });

  it('takes a long s for an s, whatever other rules look for', () => {
    const rules = ['b|contains: paſſ', 'b|re|i: pass'].map((test) =>
      compile(`  s: { ${test} }\n  condition: s`),
    );
    const list = new EventList(FIELDS, [{ b: 'my paſſword' }, { b: 'my pass' }].map(eventOf));
    expect(found(rules, list)).to.deep.equal([
      [0, 1],
      [0, 1],
    ]);
  });

  it('does not miss letters that turn small in another way inside a text', () => {
    const rules = ['b|contains|cased: ΑΣ', 'b|contains: ΑΣ', 'b|contains|cased: İx'].map((test) =>
      compile(`  s: { ${test} }\n  condition: s`),
    );
    const list = new EventList(FIELDS, [{ b: 'ΑΣα' }, { b: 'ΑΣ' }, { b: 'yİxy' }].map(eventOf));
    const [inside = [], end = [], dotted = []] = found(rules, list);
    expect(inside).to.include(0);
    expect(end).to.include.members([0, 1]);
    expect(dotted).to.include(2);
  });

  it('is not led by what every rule asks for', () => {
    const names = Array.from({ length: 64 }, (_, index) => `own-${index}.`);
    const rules = names.map((name) =>
      compile(`  s: { a|contains: a_very_long_text_of_all, b|contains: ${name} }\n  condition: s`),
    );
    const list = new EventList(
      FIELDS,
      names.map((b) => eventOf({ a: 'a_very_long_text_of_all', b })),
    );
    expect(found(rules, list)).to.deep.equal(names.map((_, index) => [index]));
  });
});
