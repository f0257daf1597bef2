import { expect } from 'chai';
import fc from 'fast-check';
import { type Alert, ALERT_LEVELS } from '../model/alert.ts';
import { detectionFinding } from './ocsf.ts';

/**
 * What class 2004 of OCSF 1.5.0 demands of the part we fill (https://schema.ocsf.io/1.5.0/classes/detection_finding):
 * type of each attribute, `!` where it is required, and the captions of each enum.
 */
type Type = 'string' | 'integer' | 'timestamp' | 'boolean' | 'json' | 'object' | 'unmapped';
interface Attribute {
  readonly type: Type;
  readonly required?: true;
  readonly isList?: true;
  readonly of?: Readonly<Record<string, Attribute>>;
}

const text = { type: 'string' } as const;
const required = <T extends Attribute>(attribute: T) => ({ ...attribute, required: true }) as const;
const integer = { type: 'integer' } as const;
const time = { type: 'timestamp' } as const;

const FINDING: Readonly<Record<string, Attribute>> = {
  activity_id: required(integer),
  activity_name: text,
  category_uid: required(integer),
  category_name: text,
  class_uid: required(integer),
  class_name: text,
  severity_id: required(integer),
  severity: text,
  status_id: integer,
  status: text,
  time: required(time),
  type_uid: required(integer),
  type_name: text,
  message: text,
  is_alert: { type: 'boolean' },
  metadata: {
    type: 'object',
    required: true,
    of: {
      version: required(text),
      uid: text,
      product: { type: 'object', required: true, of: { name: text, vendor_name: required(text) } },
    },
  },
  finding_info: {
    type: 'object',
    required: true,
    of: {
      uid: required(text),
      title: text,
      desc: text,
      first_seen_time: time,
      last_seen_time: time,
      related_events_count: integer,
      analytic: {
        type: 'object',
        of: { uid: text, name: text, type_id: required(integer), type: text },
      },
      attacks: {
        type: 'object',
        isList: true,
        of: { technique: { type: 'object', required: true, of: { uid: text, name: text } } },
      },
    },
  },
  evidences: { type: 'object', isList: true, of: { data: { type: 'json', required: true } } },
  remediation: { type: 'object', of: { desc: required(text) } },
  unmapped: { type: 'unmapped' },
};

/** Enums: attribute, its sibling with the caption, and what the ids are called. */
const ENUMS: readonly [string, string, Readonly<Record<number, string>>][] = [
  [
    'activity_id',
    'activity_name',
    { 0: 'Unknown', 1: 'Create', 2: 'Update', 3: 'Close', 99: 'Other' },
  ],
  ['category_uid', 'category_name', { 2: 'Findings' }],
  ['class_uid', 'class_name', { 2004: 'Detection Finding' }],
  ['type_uid', 'type_name', { 200_401: 'Detection Finding: Create' }],
  [
    'severity_id',
    'severity',
    {
      0: 'Unknown',
      1: 'Informational',
      2: 'Low',
      3: 'Medium',
      4: 'High',
      5: 'Critical',
      6: 'Fatal',
    },
  ],
  [
    'status_id',
    'status',
    { 0: 'Unknown', 1: 'New', 2: 'In Progress', 3: 'Suppressed', 4: 'Resolved' },
  ],
  ['type_id', 'type', { 0: 'Unknown', 1: 'Rule', 2: 'Behavioral', 3: 'Statistical', 99: 'Other' }],
];

const INTEGER_MAX = 2 ** 31 - 1;
/** Milliseconds of the year 9999. */
const TIMESTAMP_MAX = 253_402_300_799_999;

function isOfType(value: unknown, type: Type): boolean {
  switch (type) {
    case 'string':
      return typeof value === 'string';
    case 'integer':
      return Number.isInteger(value) && Math.abs(Number(value)) <= INTEGER_MAX;
    case 'timestamp':
      return Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= TIMESTAMP_MAX;
    case 'boolean':
      return typeof value === 'boolean';
    case 'json':
      return value !== undefined;
    case 'object':
    case 'unmapped':
      return typeof value === 'object' && value !== null;
  }
}

/** All that is wrong with an object, a line each. */
function problemsOf(
  object: Readonly<Record<string, unknown>>,
  attributes: Readonly<Record<string, Attribute>>,
  path = '',
): string[] {
  const problems: string[] = [];
  for (const name of Object.keys(object)) {
    if (attributes[name] === undefined) problems.push(`${path}${name} is not of the class`);
  }
  for (const [name, { type, required: isRequired, isList, of }] of Object.entries(attributes)) {
    const value = object[name];
    if (value === undefined && isRequired === true) problems.push(`${path}${name} is missing`);
    if (value === undefined) continue;
    const items: readonly unknown[] = isList === true ? (value as unknown[]) : [value];
    for (const item of items) {
      if (!isOfType(item, type)) problems.push(`${path}${name} is no ${type}: ${String(item)}`);
      else if (of !== undefined) {
        problems.push(...problemsOf(item as Record<string, unknown>, of, `${path}${name}.`));
      }
    }
  }
  for (const [id, sibling, captions] of ENUMS) {
    if (object[id] === undefined || attributes[id]?.type !== 'integer') continue;
    const caption = captions[Number(object[id])];
    if (caption === undefined)
      problems.push(`${path}${id} has no value ${JSON.stringify(object[id])}`);
    else if (object[sibling] !== caption) problems.push(`${path}${sibling} is not "${caption}"`);
  }
  return problems;
}

const ALERT: Alert = {
  id: 'ab'.repeat(16),
  rule: {
    id: 'r1',
    name: 'brute_force_client',
    title: 'Password guessing',
    description: 'Many failed logins.',
    level: 'high',
    tags: ['attack.t1110.001'],
    action: 'Block the client.',
  },
  entity: { kind: 'client', value: '203.0.113.7/32' },
  count: 10,
  firstMs: 1_767_225_600_000.25,
  lastMs: 1_767_225_660_000.999_8,
  evidence: [{ traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8) }],
  services: ['shop'],
};

const problems = (alert: Alert): string[] =>
  problemsOf(
    JSON.parse(JSON.stringify(detectionFinding(alert))) as Record<string, unknown>,
    FINDING,
  );

describe('an OCSF finding', () => {
  for (const level of ALERT_LEVELS) {
    it(`is what class 2004 of 1.5.0 demands: ${level}`, () => {
      expect(problems({ ...ALERT, rule: { ...ALERT.rule, level } })).to.deep.equal([]);
    });
  }

  it('is so whatever was counted and when', () => {
    const number = fc.oneof(fc.double({ min: 0, max: 1e14 }), fc.constantFrom(0, 0.5, 1e12 + 0.5));
    fc.assert(
      fc.property(number, number, number, number, (firstMs, lastMs, count, distinctCount) => {
        expect(problems({ ...ALERT, firstMs, lastMs, count, distinctCount })).to.deep.equal([]);
      }),
    );
  });

  it('has times of whole milliseconds, and counts of whole events', () => {
    const finding = detectionFinding({ ...ALERT, count: 12.5, distinctCount: 3.2 });
    expect(finding.time).to.equal(1_767_225_660_000);
    expect(finding.finding_info).to.include({
      first_seen_time: 1_767_225_600_000,
      last_seen_time: 1_767_225_660_000,
      related_events_count: 13,
    });
    expect(finding.unmapped.distinct_count).to.equal(3);
    expect(finding.message).to.include('13 events');
  });

  it('is judged by a table that finds faults', () => {
    const finding = detectionFinding(ALERT);
    const faulty: readonly [Record<string, unknown>, string][] = [
      [{ ...finding, time: 1.5 }, 'time is no timestamp: 1.5'],
      [{ ...finding, severity: 'Bad' }, 'severity is not "High"'],
      [{ ...finding, metadata: undefined }, 'metadata is missing'],
      [{ ...finding, odd: 1 }, 'odd is not of the class'],
    ];
    for (const [object, problem] of faulty) {
      expect(problemsOf(object, FINDING)).to.deep.equal([problem]);
    }
  });
});
