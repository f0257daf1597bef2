import { expect } from 'chai';
import { Ruleset } from '../correlating/ruleset.ts';
import { fieldsOfRules } from '../correlating/fields-of-rules.ts';
import { parseRules } from '../parsing/parse-rules.ts';
import { textSlots } from '../rows/event-list.ts';
import type { EventVocabulary } from './check-detection.ts';

const VOCABULARY: EventVocabulary = {
  fields: textSlots(['event', 'client.prefix', 'user.id', 'user.hash', 'http.route']),
  logSource: { product: 'spanguard', category: 'security_event' },
  values: new Map([['event', ['security.login_fail', 'security.login_success']]]),
};

const HEAD = 'title: t\nname: t\nlogsource: { product: spanguard }\nlevel: low\n';

interface Checked {
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

function check(text: string, vocabulary: EventVocabulary = VOCABULARY): Checked {
  const parsed = parseRules(text, { file: 'r.yaml' });
  if (!parsed.ok) return { errors: parsed.errors.map(({ message }) => message), warnings: [] };
  const result = Ruleset.from([parsed], { vocabulary });
  if (!result.ok) return { errors: result.errors.map(({ message }) => message), warnings: [] };
  return { errors: [], warnings: result.warnings.map(({ message }) => message) };
}

const detection = (searches: string, condition: string, head: string = HEAD): string =>
  `${head}detection:\n${searches
    .split('; ')
    .map((line) => `  ${line}\n`)
    .join('')}  condition: ${condition}\n`;
const rule = (searches: string, condition = 's'): Checked => check(detection(searches, condition));

function correlation(body: string, type = 'event_count', more = ''): Checked {
  const condition = type === 'event_count' ? 'condition: { gte: 3 }' : '';
  const text = `title: c\nname: c\ncorrelation: { type: ${type}, ${condition}${condition && ','} timespan: 1m, ${body} }\n`;
  const base = detection('s: { event: security.login_fail }', 's');
  const other = base.replaceAll(': t\n', ': u\n').replace('login_fail', 'login_success');
  return check([base, other, text, more].filter(Boolean).join('---\n'));
}

describe('a rule checked against the events there are', () => {
  const fine: readonly (readonly [searches: string, condition?: string])[] = [
    ['s: { event: security.login_fail }'],
    ['s: { event|startswith: security.login_ }'],
    ['s: { user.id|exists: false }'],
    ['s: { user.id: null }'],
    ['s: { user.id|fieldref: user.hash }'],
    ['s: { event: security.login_fail }; f: { user.id: a }', 's and not f'],
    ['s: { http.route|contains|all: [a, b] }'],
    ['s: { http.route|all: ["a*", "*b"] }'],
    ['s: { event|neq: security.login_fail }'],
  ];
  for (const [searches, condition] of fine) {
    it(`is taken without a word: ${searches} ${condition ?? ''}`, () => {
      expect(rule(searches, condition)).to.deep.equal({ errors: [], warnings: [] });
    });
  }

  const refused: readonly (readonly [RegExp, string, string?])[] = [
    [
      /:6:8: rule "t": no event has the field "url.path", nearest: .*; the rule never matches/,
      's: { url.path|contains: x }',
    ],
    [/"enduser.role", nearest: http.route, user.hash, user.id/, 's: { enduser.role: admin }'],
    [/"user.ip", nearest: user.id/, 's: { event: security.login_fail, user.ip: x }'],
    [/the rule matches every event/, 's: { url.path: x }', 'not s'],
    [/the rule matches every event/, 's: { url.path|exists: false }'],
    [/the rule matches every event/, 's: { url.path: null }'],
    [/the rule matches every event/, 's: { url.path|neq: x }'],
    [
      /the rule matches every event/,
      'a: { url.path: x }; s: { event: security.login_fail }',
      's or not a',
    ],
    [
      /the rule never matches/,
      'a: { event: security.login_fail }; s: { url.path|exists: true }',
      'a and s',
    ],
    [/the rule never matches/, 's: { user.id|fieldref: url.path }'],
    [/the rule never matches/, 's: { url.path|fieldref: user.id }'],
    [/decided without an event; the rule never matches/, 's: { user.id|all: [a, b] }'],
    [/"enduser.id", nearest: user.id/, 'a: { enduser.id: x }; b: { url.path: x }', '1 of them'],
    [/a is an empty list/, 's: { a: [] }'],
    [/a\|contains is an empty list/, 's: { a|contains: [] }'],
    [/s is empty/, 's: []'],
    [/condition is an empty list/, 's: { event: security.login_fail }', '[]'],
    [
      /timeframe went with the aggregations of Sigma 1/,
      's: { event: security.login_fail }; timeframe: 5m',
    ],
  ];
  for (const [message, searches, condition] of refused) {
    it(`is refused where that decides it: ${searches} ${condition ?? ''}`, () => {
      const { errors } = rule(searches, condition);
      expect(errors.join('\n')).to.match(message);
    });
  }

  const doubtful: readonly (readonly [RegExp, string, string?])[] = [
    [
      /"url.path", nearest: .*; the condition goes on without it/,
      's: { event: security.login_fail }; f: { url.path: x }',
      's and not f',
    ],
    [/"url.path"/, 'a: { event: security.login_fail }; b: { url.path: x }', '1 of them'],
    [/"url.path"/, 's: { event: security.login_fail, url.path: null }'],
    [/keywords look at the values of fields only/, 's: [evil]'],
    [
      /no event is known that "security.login_failed" matches, nearest: security.login_fail/,
      's: { event: [security.login_fail, security.login_failed] }',
    ],
    [/no event is known that "login" matches/, 's: { event|startswith: login }'],
    [/does not use "f"/, 's: { event: security.login_fail }; f: { user.id: x }'],
  ];
  for (const [message, searches, condition] of doubtful) {
    it(`is warned of where it may mean something else: ${searches} ${condition ?? ''}`, () => {
      const { errors, warnings } = rule(searches, condition);
      expect(errors).to.deep.equal([]);
      expect(warnings).to.have.length(1);
      expect(warnings[0]).to.match(message);
    });
  }

  it('is warned of where it is for other logs', () => {
    const of = (logSource: string): string =>
      check(
        detection('s: { event: security.login_fail }', 's').replace(
          '{ product: spanguard }',
          logSource,
        ),
      ).warnings.join('\n');
    for (const ours of [
      '{ category: security_event }',
      '{ product: spanguard, category: security_event }',
    ]) {
      expect(of(ours), ours).to.equal('');
    }
    expect(of('{ product: windows }')).to.match(
      /^r.yaml:1:1: rule "t": logsource is for "windows"/,
    );
    expect(of('{ category: webserver }')).to.match(/"webserver"/);
    expect(of('{ product: spanguard, service: auth }')).to.match(/"spanguard, auth"/);
  });

  it('may ask for anything where events have whatever rules ask for', () => {
    const text = detection('s: { url.path: x }', 'not s');
    const parsed = parseRules(text, { file: 'r.yaml' });
    if (!parsed.ok) throw new Error(parsed.errors[0]?.message);
    const vocabulary = { fields: textSlots(fieldsOfRules([parsed])) };
    const result = Ruleset.from([parsed], { vocabulary });
    expect(result).to.include({ ok: true }).and.to.have.deep.property('warnings', []);
  });

  it('stands alone only by fields that there are', () => {
    const by = (field: string): readonly string[] =>
      check(
        `${detection('s: { event: security.login_fail }', 's')}spanguard: { group-by: [${field}] }\n`,
      ).errors;
    expect(by('user.id')).to.deep.equal([]);
    expect(by('enduser.id').join()).to.match(
      /has the field "enduser.id", nearest: user.id.*never alerts/,
    );
  });
});

describe('a correlation checked against the events there are', () => {
  it('groups by and counts what its events have', () => {
    expect(correlation('rules: [t], group-by: [user.id]').errors).to.deep.equal([]);
    expect(correlation('rules: [t], group-by: [client.address]').errors.join()).to.match(
      /no event of "t" has the field "client.address", nearest: client.prefix, .*never alerts/,
    );
    const counted = (field: string) =>
      correlation(
        `rules: [t], condition: { field: ${field}, gte: 3 }`,
        'value_count',
      ).errors.join();
    expect(counted('user.id')).to.equal('');
    expect(counted('user.name')).to.match(/"user.name", nearest: user/);
  });

  it('reads an alias as the field it stands for', () => {
    const aliased = (field: string) =>
      correlation(`rules: [t, u], group-by: [who], aliases: { who: { t: user.id, u: ${field} } }`);
    expect(aliased('user.hash')).to.deep.equal({ errors: [], warnings: [] });
    expect(aliased('user.name').errors).to.deep.equal([]);
    expect(aliased('user.name').warnings.join()).to.match(/of "u".*"user.name".*do not count/);
  });

  it('is refused where all must happen and one never counts', () => {
    const body = 'rules: [t, u], group-by: [who], aliases: { who: { t: user.id, u: user.name } }';
    for (const type of ['temporal', 'temporal_ordered']) {
      expect(correlation(body, type).errors.join(), type).to.match(/never alerts/);
    }
  });

  it('sees of another correlation only what that groups by', () => {
    const inner =
      'title: i\nname: i\ncorrelation: { type: event_count, rules: [t], group-by: [user.id], timespan: 1m, condition: { gte: 2 } }\n';
    const by = (field: string) =>
      correlation(`rules: [i], group-by: [${field}]`, 'event_count', inner);
    expect(by('user.id').errors).to.deep.equal([]);
    expect(by('client.prefix').errors.join()).to.match(
      /no event of "i" has the field "client.prefix", nearest: user.id/,
    );
  });

  it('names at least one rule, and is nothing else besides', () => {
    expect(correlation('rules: []').errors.join()).to.match(
      /rules is \[\], expected at least one rule/,
    );
    const both = `${detection('s: { event: x }', 's')}correlation: { type: event_count }\n`;
    expect(check(both).errors.join()).to.match(/has detection and correlation/);
  });
});

describe('a filter checked against the events there are', () => {
  const filter = (searches: string, condition: string): Checked =>
    check(
      `${detection('s: { event: security.login_fail }', 's')}---\n${detection(searches, condition)
        .replaceAll(': t\n', ': f\n')
        .replace('detection:', 'filter:\n  rules: [t]')}`,
    );

  it('is refused where its rules would fall silent, and warned of where it does nothing', () => {
    expect(filter('s: { user.id: x }', 'not s')).to.deep.equal({ errors: [], warnings: [] });
    expect(filter('s: { url.path: x }', 's').errors.join()).to.match(/would fall silent/);
    expect(filter('s: { url.path: x }', 'not s').errors).to.deep.equal([]);
    expect(filter('s: { url.path: x }', 'not s').warnings.join()).to.match(/leaves all in/);
  });

  it('narrows detection rules only', () => {
    const inner =
      'title: i\nname: i\ncorrelation: { type: event_count, rules: [t], timespan: 1m, condition: { gte: 2 } }\n';
    const text = `${detection('s: { event: security.login_fail }', 's')}---\n${inner}---\n${detection(
      's: { user.id: x }',
      'not s',
    )
      .replaceAll(': t\n', ': f\n')
      .replace('detection:', 'filter:\n  rules: [i]')}`;
    expect(check(text).errors.join()).to.match(
      /names the correlation "i", expected a detection rule/,
    );
  });

  it('is warned of where no rule is for its log source', () => {
    const text = `${detection('s: { event: security.login_fail }', 's')}---\n${detection(
      's: { user.id: x }',
      'not s',
    )
      .replaceAll(': t\n', ': f\n')
      .replace('product: spanguard', 'category: security_event')
      .replace('detection:', 'filter:')}`;
    expect(check(text).warnings.join()).to.match(/no rule is for the log source of the filter/);
  });

  it('narrows at least one rule', () => {
    const text = detection('s: { user.id: x }', 's').replace('detection:', 'filter:\n  rules: []');
    expect(check(text).errors.join()).to.match(/rules is \[\], expected any, or rules/);
  });
});
