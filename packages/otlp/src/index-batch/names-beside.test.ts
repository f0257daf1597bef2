/** Which siblings a policy is shown, and what becomes of its answers; the policy here is a toy. */
import { arbitraryRequestBytes, mutateBytes, OTLP_SIGNALS, SeededRandom } from '@spanguard/testkit';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { field, keyValue, logRecordOf, resourceOf, spanOf } from '../../test/wire-bytes.ts';
import { indexOtlp } from './index-otlp.ts';
import { KeyTable } from './key-table.ts';
import type { SiblingNames, Siblings } from './siblings.ts';
import { OtlpIndex } from './otlp-index.ts';
import { candidateNumberText, readText } from './read-value.ts';
import { CANDIDATE } from './tables.ts';

const NO_MARKS = new Uint32Array(100_000);
const BESIDE = 80;
const KEEP = 2;

/** Every place where something is judged, and every step taken. */
const judged: string[] = [];
let steps = 0;

/** Behind `name` stands what it names; beside a member `name` each `value` is one. */
const names: SiblingNames = {
  outerMax: 1,
  isValueName: (bytes, start, end) => readText(bytes, start, end) === 'value',
  judgeItems: (items, shape, decisions) => {
    judged.push(shape);
    let isNamed = false;
    for (const { text, place } of all(items)) {
      if (isNamed && text !== '') decisions.set(place, BESIDE);
      isNamed = text === 'name';
    }
  },
  judgeMembers: (members, decisions) => {
    judged.push('map');
    const found = all(members);
    if (!found.some(({ key }) => key === 'name')) return;
    for (const { key, place } of found) if (key === 'value') decisions.set(place, BESIDE);
  },
};
const classify = (bytes: Uint8Array, start: number, end: number): number =>
  readText(bytes, start, end) === 'kept' ? KEEP : 0;
const keys = new KeyTable({ classify, names, columns: ['value', 'other'] });
const index = new OtlpIndex();

function all(siblings: Siblings) {
  const found: { key: string; text: string; place: number }[] = [];
  while (siblings.next()) {
    steps += 1;
    const { bytes, place, keyStart, keyEnd, start, end } = siblings;
    const key = readText(bytes, keyStart, keyEnd);
    found.push({ key, text: readText(bytes, start, end), place });
  }
  return found;
}

/** What became a candidate through a name beside it. */
function named(bytes: Uint8Array): string[] {
  judged.length = 0;
  steps = 0;
  const result = indexOtlp(index, { signal: 'logs', bytes, marks: NO_MARKS, keys });
  expect(result.ok).to.equal(true);
  const { candidates, frames } = index;
  const texts: string[] = [];
  for (let row = 0; row < candidates.count; row++) {
    expect(candidates.decisionOf(row)).to.equal(BESIDE);
    const frame = candidates.frame[row] ?? -1;
    const isNumber = candidates.kindOf(row) === CANDIDATE.number;
    const text = readText(bytes, frames.start[frame] ?? 0, frames.end[frame] ?? 0);
    texts.push(isNumber ? candidateNumberText(index, row) : text);
  }
  return texts;
}

const text = (value: string): number[] => field(1, value);
const int = (value: number): number[] => [0x18, value];
const list = (...items: readonly number[][]): number[] =>
  field(5, ...items.map((item) => field(1, item)));
const map = (...members: readonly number[][]): number[] => field(6, ...members);
const body = (value: number[]): Uint8Array => logRecordOf(field(5, value));
const attribute = (key: string, value: number[]): number[] =>
  field(6, field(1, key), field(2, value));
/** A field no one knows, so that the member takes the general path. */
const general = (key: string, value: number[]): number[] =>
  field(1, field(1, key), field(2, value), field(15, 'u'));

describe('names beside values in a batch', () => {
  const [name, a, b] = [text('name'), text('a'), text('b')];
  const cases: readonly (readonly [string, Uint8Array, readonly string[]])[] = [
    ['an item', body(list(text('x'), name, a, b)), ['a']],
    ['an item of a list within a list', body(list(list(name, a), list(b, a))), ['a']],
    ['an item in a map', body(map(keyValue('args', list(name, a)))), ['a']],
    ['no item that is empty', body(list(name, text(''), a)), []],
    ['no item beyond one that is no text', body(list(name, int(1), a)), []],
    ['no item of another list', body(list(list(name), list(a))), []],
    ['nothing where an item is alone', body(list(name)), []],
    ['a member', body(map(keyValue('name', a), keyValue('value', b))), ['b']],
    ['a member before its name', body(map(keyValue('value', b), keyValue('name', a))), ['b']],
    ['a number', body(map(keyValue('name', a), keyValue('value', int(7)))), ['7']],
    [
      'all in a value',
      body(map(keyValue('value', list(a, int(7))), keyValue('name', a))),
      ['a', '7'],
    ],
    ['a member of uncommon form', body(map(general('value', b), general('name', a))), ['b', 'u']],
    [
      'no member of a map around',
      body(map(keyValue('name', a), keyValue('x', map(keyValue('value', b))))),
      [],
    ],
    ['an attribute', logRecordOf(attribute('name', a), attribute('value', b)), ['b']],
    ['no attribute of a namespace', logRecordOf(attribute('x.name', a), attribute('value', b)), []],
  ];
  for (const [what, bytes, expected] of cases) {
    it(`reach ${what}`, () => expect(named(bytes)).to.deep.equal(expected));
  }

  it('are not looked for under a key with a stricter decision', () => {
    judged.length = 0;
    const members = [keyValue('name', a), keyValue('value', b)];
    const bytes = logRecordOf(attribute('kept', list(name, a)), attribute('kept', map(...members)));
    indexOtlp(index, { signal: 'logs', bytes, marks: NO_MARKS, keys });
    expect(judged).to.deep.equal([]);
    expect(index.candidates.decisionOf(0)).to.equal(KEEP);
  });

  it('are looked for in attributes of every message that has some', () => {
    const pair = [keyValue('name', a), keyValue('value', b)];
    expect(named(resourceOf(...pair))).to.deep.equal(['b']);
    const ofSpan = spanOf(
      field(9, field(1, 'name'), field(2, a)),
      field(9, field(1, 'value'), field(2, b)),
    );
    expect(
      indexOtlp(index, { signal: 'traces', bytes: ofSpan, marks: NO_MARKS, keys }).ok,
    ).to.equal(true);
    expect(index.candidates.count).to.equal(1);
  });

  it('are told apart by the shape of their list', () => {
    named(body(list(list(a, b), list(a, b, a), list(a))));
    expect(judged).to.deep.equal(['flat', 'nested', 'flat']);
    named(body(list(a, b)));
    expect(judged).to.deep.equal(['pair']);
  });

  it('leave columns and their values as they are', () => {
    named(logRecordOf(attribute('value', text('seen')), attribute('other', text('too'))));
    const { start, end } = index.recordCells;
    const cells = [0, 1].map((column) => index.recordCells.cellOf(0, column));
    expect(cells.map((at) => readText(index.bytes, start[at] ?? 0, end[at] ?? 0))).to.deep.equal([
      ...['seen', 'too'],
    ]);
  });

  it('cost nothing without a list of two and a key of a value', () => {
    named(
      logRecordOf(attribute('name', a), attribute('x', list(a)), field(5, map(keyValue('y', b)))),
    );
    expect([judged, steps]).to.deep.equal([[], 0]);
  });

  it('take one step for each item and member, however they nest', () => {
    const inner = keyValue('value', map(keyValue('value', b), keyValue('x', list(a, b))));
    const members = Array.from({ length: 100 }, () => inner);
    named(body(map(...members)));
    expect(steps).to.equal(100 + 100 * (2 + 2));
  });

  it('neither throw nor hang on damaged batches', () => {
    for (const signal of OTLP_SIGNALS) {
      fc.assert(
        fc.property(arbitraryRequestBytes(signal), fc.nat(), (bytes, seed) => {
          const damaged = mutateBytes(bytes, new SeededRandom(seed));
          steps = 0;
          indexOtlp(index, { signal, bytes: damaged, marks: NO_MARKS, keys });
          expect(steps).to.be.at.most(damaged.length);
        }),
        { numRuns: 200 },
      );
    }
  });
});
