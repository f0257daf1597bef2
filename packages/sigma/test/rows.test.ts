/** Rules over rows: kinds of fields, lists, entities, batches. */
import { expect } from 'chai';
import {
  compileRule,
  CorrelationEngine,
  EventList,
  fieldSlots,
  parseRules,
  type PlainEvent,
  RowCursor,
  type RowMatcher,
  Ruleset,
} from '../src/index.ts';
import {
  COUNT,
  DISTINCT,
  engineOf,
  event,
  FAILED,
  FIELDS,
  type Fields,
  observe,
  rulesOf,
  SUM,
} from './engine-fixtures.ts';

const SLOTS = fieldSlots({
  name: 'text',
  roles: 'text',
  status: 'number',
  at: 'number',
  tls: 'flag',
});

function matcherOf(test: string): RowMatcher {
  const text = `title: t\nlogsource: { category: x }\ndetection:\n  s: { ${test} }\n  condition: s\n`;
  const parsed = parseRules(text, { file: 't.yaml' });
  const rule = parsed.ok ? parsed.rules[0] : undefined;
  if (rule === undefined) throw new Error('does not parse');
  return compileRule(rule, { fields: SLOTS });
}

/** Whether a detection matches an event. */
function matches(test: string, fields: Fields): boolean {
  const cursor = new RowCursor();
  cursor.open(new EventList(SLOTS, [{ timeMs: 0, id: '', fields }]));
  return matcherOf(test)(cursor);
}

/** How often the correlation is told. */
const told = (engine: CorrelationEngine, ...events: readonly PlainEvent[]): number =>
  observe(engine, ...events).filter(({ rule }) => rule.name === 'it').length;

describe('a field', () => {
  const cases: readonly (readonly [test: string, fields: Fields, expected: boolean])[] = [
    ['status: 401', { status: 401 }, true],
    ['status: "401"', { status: 401 }, true],
    ['status: [400, 401]', { status: 401 }, true],
    ['status: 401', { status: 401.5 }, false],
    ['status: 401', {}, false],
    ['status: "4*"', { status: 404 }, true],
    ['status|startswith: 4', { status: 404 }, true],
    ['status|re: "^4..$"', { status: 500 }, false],
    ['status|gte: 400', { status: Infinity }, false],
    ['status: null', {}, true],
    ['status: [null, 200]', {}, true],
    ['status|neq: 200', {}, true],
    ['status|neq: 200', { status: 200 }, false],
    ['status|exists: true', { status: 0 }, true],
    ['at|hour: 13', { at: Date.UTC(2026, 0, 5, 13, 59) }, true],
    ['at|week: 53', { at: Date.UTC(2027, 0, 3) }, true],
    ['at|week: 1', { at: Date.UTC(2027, 0, 4) }, true],
    ['tls: true', { tls: true }, true],
    ['tls: "TRUE"', { tls: true }, true],
    ['tls: false', { tls: true }, false],
    ['tls: false', {}, false],
    ['tls|exists: false', {}, true],
    ['tls|neq: true', { tls: false }, true],
    ['roles: admin', { roles: ['guest', 'ADMIN'] }, true],
    ['roles: admin', { roles: ['guest', 'administrator'] }, false],
    ['roles|contains: min', { roles: ['guest', 'admin'] }, true],
    ['roles: "guest, admin"', { roles: ['guest', 'admin'] }, false],
    ['roles|all: [admin, guest]', { roles: ['guest', 'admin'] }, true],
    ['roles|all: [admin, guest]', { roles: ['admin'] }, false],
    ['roles|neq: admin', { roles: ['guest', 'admin'] }, false],
    ['roles|exists: true', { roles: [] }, true],
    ['roles: null', { roles: [] }, false],
    ['name|fieldref: roles', { name: 'B', roles: ['a', 'b'] }, true],
    ['name|fieldref: status', { name: '401', status: 401 }, true],
    ['name: shown', { name: { key: 'k', text: 'shown' } }, true],
    ['name: k', { name: { key: 'k', text: 'shown' } }, false],
    ['other: x', { name: 'x' }, false],
    ['other: null', { name: 'x' }, true],
  ];
  for (const [test, fields, expected] of cases) {
    it(`${expected ? 'is met' : 'is not met'} by ${test}: ${JSON.stringify(fields)}`, () => {
      expect(matches(test, fields)).to.equal(expected);
    });
  }

  it('that can never be what is asked for is refused, whatever kind it is', () => {
    const errorsOf = (test: string): string => {
      const text = `title: t\nlogsource: { category: x }\ndetection:\n  s: { ${test} }\n  condition: s\n`;
      const parsed = parseRules(text, { file: 't.yaml' });
      if (!parsed.ok) throw new Error('does not parse');
      const result = Ruleset.from([parsed], { vocabulary: { fields: SLOTS } });
      return result.ok ? '' : result.errors.map(({ message }) => message).join('\n');
    };
    for (const never of [
      ...['status: many', 'status: "0401"', 'status|cidr: 10.0.0.0/8', 'tls: 1', 'tls|gte: 1'],
      ...['tls|hour: 1', 'status: [many, few]', 'status|all: [401, many]'],
    ]) {
      expect(errorsOf(never), never).to.match(/decided without an event; the rule never matches/);
    }
    const list = new Map([
      ...SLOTS,
      ['groups', { kind: 'text', column: 9, isList: true }],
    ] as const);
    for (const may of ['status: [many, 401]', 'status: "4*"', 'tls: "true"', 'status|neq: 200']) {
      expect(errorsOf(may), may).to.equal('');
    }
    const both = parseRules(
      'title: t\nlogsource: { category: x }\ndetection:\n  s: { groups|all: [a, b] }\n  condition: s\n',
      { file: 't.yaml' },
    );
    expect(both.ok && Ruleset.from([both], { vocabulary: { fields: list } }).ok).to.equal(true);
    expect(errorsOf('statuss: 401')).to.match(/"statuss", nearest: status/);
  });
});

describe('a batch', () => {
  it('decides as its events do one by one', () => {
    const events = ['fail', 'other', 'fail', 'ok', 'fail'].map((kind, at) => event(at, { kind }));
    const [one, all] = [engineOf(COUNT), engineOf(COUNT)];
    const singly = events.flatMap((each) => observe(one, each));
    expect(observe(all, ...events)).to.deep.equal(singly);
    expect(all.stats().events).to.equal(5);
  });

  it('gives its texts numbers that mean nothing to the next', () => {
    const matcher = matcherOf('name: [fail, x]');
    const cursor = new RowCursor();
    const verdicts = ['fail', 'ok', 'x', 'y', 'fail'].map((name) => {
      cursor.open(new EventList(SLOTS, [{ timeMs: 0, id: '', fields: { name } }]));
      return matcher(cursor);
    });
    expect(verdicts).to.deep.equal([true, false, true, false, true]);
  });

  it('leaves out what has no time, and takes a weight that is none for one', () => {
    const engine = engineOf(COUNT);
    observe(engine, event(Number.NaN));
    expect(engine.stats().late).to.equal(1);
    const weights = [Number.NaN, 0, Infinity].map((weight, at) => ({ ...event(at), weight }));
    expect(told(engine, ...weights.slice(0, 2))).to.equal(0);
    expect(told(engine, ...weights.slice(2))).to.equal(1);
    engineOf(COUNT).restore(engine.snapshot());
  });

  it('leaves out a row that throws where somebody is told, and goes on', () => {
    const rows = new EventList(
      FIELDS,
      [0, 1, 2, 3].map((timeMs) => event(timeMs)),
    );
    const idOf = rows.idOf.bind(rows);
    rows.idOf = (row) => {
      if (row === 1) throw new RangeError('bad');
      return idOf(row);
    };
    const leftOut: unknown[] = [];
    const matched = engineOf(COUNT).observe(rows, (row, error) =>
      leftOut.push([row, String(error)]),
    );
    expect(leftOut).to.deep.equal([[1, 'RangeError: bad']]);
    expect(matched.map(({ rule }) => rule.name)).to.deep.equal(['it']);
    expect(() => engineOf(COUNT).observe(rows)).to.throw(RangeError);
  });

  it('leaves out that row alone which no rule can be asked about', () => {
    const kinds = ['fail', 'boom', 'fail', 'fail'];
    const rows = new EventList(
      FIELDS,
      kinds.map((kind, timeMs) => event(timeMs, { kind })),
    );
    const { texts } = rows;
    const textOf = texts.textOf.bind(texts);
    texts.textOf = (id) => {
      if (textOf(id) === 'boom') throw new RangeError('bad');
      return textOf(id);
    };
    const engine = engineOf(COUNT);
    const leftOut: number[] = [];
    const matched = engine.observe(rows, (row) => leftOut.push(row));
    expect(leftOut).to.deep.equal([1]);
    expect(matched.map(({ rule }) => rule.name)).to.deep.equal(['it']);
    expect(() => engineOf(COUNT).observe(rows)).to.throw(RangeError);
  });

  it('is decided in stretches where it is long', () => {
    const engine = engineOf(COUNT);
    const kindOf = (at: number): string => (at % 1_023 === 1 ? 'fail' : 'other');
    const events = Array.from({ length: 2_100 }, (_, at) => event(at, { kind: kindOf(at) }));
    expect(told(engine, ...events)).to.equal(1);
    expect(engine.stats().events).to.equal(2_100);
  });
});

describe('entities and lists', () => {
  it('are grouped by their key and shown as their text', () => {
    const engine = engineOf(COUNT);
    const of = (timeMs: number, key: string, text: string) =>
      event(timeMs, { ip: { key, text }, id: `${timeMs}` });
    const matched = observe(engine, of(0, 'k', 'one'), of(1, 'k', 'two'), of(2, 'k', 'three'));
    expect(matched.map(({ group }) => group)).to.deep.equal([[{ field: 'ip', value: 'one' }]]);
    expect(told(engine, of(3, 'x', 'one'), of(4, 'y', 'one'), of(5, 'z', 'one'))).to.equal(0);
  });

  it('count as each of their parts, the event once', () => {
    const engine = engineOf(DISTINCT);
    const [match] = observe(engine, event(0, { user: ['a', 'b', 'a'] }), event(1, { user: 'c' }));
    expect(match).to.include({ distinctCount: 3, count: 2 });
    expect(match?.evidence.map(({ traceId }) => traceId)).to.deep.equal(['0', '1']);
    const keys = engineOf(DISTINCT);
    const user = (key: string) => ({ user: { key, text: 'hidden' }, id: key });
    expect(told(keys, event(0, user('a')), event(0, user('b')), event(0, user('c')))).to.equal(1);
  });

  it('of numbers and flags are grouped, counted and summed by what they are', () => {
    const sized = SUM.replace('field: bytes', 'field: size');
    const sizes = (...all: number[]) =>
      told(engineOf(sized), ...all.map((size, at) => event(at, { size, id: `${at}` })));
    expect(sizes(90, 9)).to.equal(0);
    expect(sizes(90, 10)).to.equal(1);
    expect(sizes(90, -50, 9, Infinity)).to.equal(0);
    const byFlag = COUNT.replace('group-by: [ip]', 'group-by: [secure, size]');
    const engine = new CorrelationEngine(rulesOf(FAILED, byFlag));
    const [match] = observe(
      engine,
      ...[0, 1, 2, 3].map((timeMs) => event(timeMs, { secure: timeMs !== 1, size: 7 })),
    );
    expect(match?.group.map(({ value }) => value)).to.deep.equal(['true', '7']);
    expect(match?.lastMs).to.equal(3);
  });
});
