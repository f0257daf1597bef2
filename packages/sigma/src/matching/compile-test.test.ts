import { expect } from 'chai';
import fc from 'fast-check';
import { parseRules } from '../parsing/parse-rules.ts';
import { compileRule } from './compile-rule.ts';
import { EventList, fieldSlots } from '../rows/event-list.ts';
import { RowCursor } from '../rows/row-cursor.ts';

type EventValue = string | number | boolean;

/** A value stands where its kind stands. */
const FIELDS = {
  string: fieldSlots({ a: 'text' }),
  number: fieldSlots({ a: 'number' }),
  boolean: fieldSlots({ a: 'flag' }),
};

/** Whether a test of the field `a` holds for a value. */
function holds(test: string, value: EventValue): boolean {
  const text = `title: t\nlogsource: { category: x }\ndetection:\n  s: { ${test} }\n  condition: s\n`;
  const parsed = parseRules(text, { file: 't.yaml' });
  if (!parsed.ok) throw new Error(parsed.errors.map(({ message }) => message).join('\n'));
  const [rule] = parsed.rules;
  if (rule === undefined) throw new Error('no rule');
  const fields = FIELDS[typeof value as keyof typeof FIELDS];
  const cursor = new RowCursor();
  cursor.open(new EventList(fields, [{ timeMs: 0, id: '', fields: { a: value } }]));
  return compileRule(rule, { fields })(cursor);
}

const MATCHED: readonly (readonly [test: string, ...values: EventValue[]])[] = [
  ['a|gte: 500', 500, '500', '500.5', '0500', 1e3],
  ['a|lt: 0', -1, '-1', '-0.5'],
  [
    'a|hour: 13',
    Date.UTC(2026, 0, 5, 13),
    String(Date.UTC(2026, 0, 5, 13)),
    '2026-01-05T13:00:00Z',
  ],
  ['a|hour: 13', '2026-01-05T14:30:00.5+01:00'],
  [
    'a|cidr: 10.0.0.0/8',
    '10.1.2.3',
    '10.1.2.0/24',
    '10.0.0.0/8',
    '::ffff:10.1.2.3',
    '::ffff:10.0.0.0/104',
  ],
  ['a|cidr: "::ffff:10.0.0.0/104"', '10.1.2.3'],
  ['a|cidr: "2001:db8::/32"', '2001:db8::1', '2001:DB8:1::/64'],
  ['a|cidr: 0.0.0.0/0', '0.0.0.0', '255.255.255.255'],
  ['a: g?h', 'g😀h', 'gxh', 'GéH'],
  ['a|contains: g?h', 'xg😀hx'],
  ['a: "*?"', '😀'],
];

const PASSED_BY: typeof MATCHED = [
  [
    'a|gte: 500',
    '0x3e7',
    'Infinity',
    Infinity,
    NaN,
    '1e9',
    ' 500',
    '500 ',
    '+500',
    '500.',
    '.5e9',
    '',
    true,
  ],
  ['a|gte: 500', '5٠0', '1_000', '9'.repeat(400)],
  ['a|hour: 13', '13', 'Jan 5 2026 13:00', '2026-01-05T13:00:00', '5', true],
  [
    'a|cidr: 10.0.0.0/8',
    '010.1.2.3',
    '10.1.2.03',
    '10.1.2',
    '10.1.2.3.4',
    '0x0a.1.2.3',
    '10.1.2.256',
  ],
  [
    'a|cidr: 10.0.0.0/8',
    '10.1.2.3/x',
    '10.1.2.3/33',
    '10.1.2.3/08',
    '8.0.0.0/5',
    '10.1.2.3:80',
    ' 10.1.2.3',
  ],
  ['a|cidr: 0.0.0.0/0', '::1', '::/0'],
  [
    'a|cidr: "2001:db8::/32"',
    '2001:db8::1%eth0',
    '2001:db8:::1',
    '2001::db8::1',
    '2001:db8::00001',
    '2001:db8:1.2.3.4::',
  ],
  ['a: g?h', 'gh', 'gxxh', 'g😀😀h'],
  ['a: "?"', '😀😀', ''],
  ['a: "*??"', '😀'],
];

describe('a field test', () => {
  for (const [test, ...values] of MATCHED) {
    it(`matches with ${test}: ${values.map(String).join(', ').slice(0, 90)}`, () => {
      for (const value of values) expect(holds(test, value), String(value)).to.equal(true);
    });
  }
  for (const [test, ...values] of PASSED_BY) {
    it(`passes by with ${test}: ${values.map(String).join(', ').slice(0, 90)}`, () => {
      for (const value of values) expect(holds(test, value), String(value)).to.equal(false);
    });
  }

  it('refuses numbers and networks in rules that are not strictly decimal', () => {
    const tests = ['a|gte: "0x1f4"', 'a|lt: "1e3"', 'a|gt: .inf', 'a|hour: " 5"'];
    tests.push('a|cidr: 010.0.0.0/8', 'a|cidr: 10.0.0.0/08', 'a|cidr: 10.0.0.0/33', 'a|cidr: 10/8');
    for (const test of tests) expect(() => holds(test, '1'), test).to.throw(/does not go with/);
  });

  it('takes ? for one character and * for any number, whatever the characters', () => {
    const characters = fc.array(fc.constantFrom('a', 'é', '😀', '𝒳'), { maxLength: 6 });
    fc.assert(
      fc.property(
        characters,
        fc.array(fc.constantFrom('a', '😀', '?', '*'), { maxLength: 5 }),
        (value, glob) => {
          const pattern = glob.map((one) => one.replace('*', '.*').replace('?', '.')).join('');
          const expected = new RegExp(`^${pattern}$`, 'su').test(value.join(''));
          expect(holds(`a: "${glob.join('')}"`, value.join(''))).to.equal(expected);
        },
      ),
      { numRuns: 500 },
    );
  });
});
