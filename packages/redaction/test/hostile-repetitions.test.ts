/**
 * What a text costs grows with its length and no faster, whatever it repeats: counted in bytes read, so that
 * no machine is too slow for it.
 */
import { expect } from 'chai';
import { array, assert, constantFrom, integer, oneof, property, record, tuple } from 'fast-check';
import { compilePolicy } from '../src/index.ts';
import { countedBytes } from './counted-bytes.ts';
import { EXAMPLES, NAMES, PREFIXES, SIGNS } from './detector-examples.ts';

const KB = 1024;
/** Looks of bounded length at every byte cost at most so much: prefixes of tokens, hosts, escapes. */
const READS_PER_BYTE_MAX = 160;

function filled(part: string, length: number): string {
  return part.repeat(Math.ceil(length / part.length));
}

/** Parts one after the other, each repeated for its share of the length. */
function rows(parts: readonly string[]): (length: number) => string {
  return (length) => parts.map((part) => filled(part, length / parts.length)).join('');
}

/** Beginnings, then as many ends. */
function nested(part: string, end: string): (length: number) => string {
  const both = part.length + end.length;
  return (length) => part.repeat(length / both) + end.repeat(length / both);
}

function readsPerByte(text: string): number {
  const policy = compilePolicy();
  const { bytes, reads } = countedBytes(text);
  const verdict = policy.decide(bytes, { start: 0, end: bytes.length }, 0);
  if (verdict.kind === 'replace') expect(verdict.detector).not.to.equal('failed_closed');
  return reads() / bytes.length;
}

function expectLinear(make: (length: number) => string, lengths: readonly number[]): void {
  const costs = lengths.map((length) => readsPerByte(make(length)));
  const [shortest = 0] = costs;
  for (const cost of costs) {
    const shown = `${costs.map((one) => one.toFixed(1)).join(', ')} for ${make(64)}`;
    expect(cost, shown).to.be.below(READS_PER_BYTE_MAX);
    // What few repetitions cost is little: the budget has a part that does not grow.
    expect(cost, shown).to.be.below(1.5 * shortest + 16);
  }
}

const example = record({
  text: constantFrom(...EXAMPLES),
  length: integer({ min: 1, max: 24 }),
});
const named = record({ name: constantFrom(...NAMES), sign: constantFrom(...SIGNS) });
const mark = oneof(
  example.map(({ text, length }) => text.slice(0, length)),
  example.map(({ text, length }) => text.slice(-length)),
  named.map(({ name, sign }) => name + sign),
  constantFrom(...PREFIXES),
  { weight: 2, arbitrary: constantFrom(...SIGNS) },
);
const marks = array(mark, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''));

describe('a hostile text', () => {
  const FAMILIES: Readonly<Record<string, (length: number) => string>> = {
    'schemes before names': rows(['bearer+', 'pin=']),
    'lists cut off': rows([`'password':[filtered",`]),
    'a list in each list': rows(['"token":{']),
    'names in apostrophes cut off': rows(["'pin':'"]),
    'headers in headers': rows(['cookie: ']),
    'credentials in headers': rows(['authorization: bearer ']),
    'names in a value': rows(['pin=']),
    'names in a value before brackets': rows(['pin=', ')']),
    'names of values in a value': rows(['value=']),
    'escaped names in a value': rows(['pin%3D']),
    'elements in elements': rows(['<pin>']),
    'segments of tokens': rows(['.eyJ']),
    'tokens too short': rows(['SG.']),
    'keys without an end': rows(['-----BEGIN PRIVATE KEY-----']),
    'addresses of URLs': rows(['://']),
    'hosts of addresses': rows(['a@', 'a.']),
    'escaped addresses': rows(['bob%40shop.example']),
    'groups of digits': rows(['4111 ']),
    'numbers of JSON': rows(['{"a":[4111111111111111,']),
    backslashes: rows(['\\']),
    'backslashes in a list': rows(['"pin":["', '\\']),
    'escaped quotes in a list': rows(["'pin':[", '\\"']),
    'replacements cut off': rows(['[token:']),
    'lists and their ends': nested(`'pin':[`, `]`),
  };
  for (const [family, make] of Object.entries(FAMILIES)) {
    it(`costs as much as it is long: ${family}`, () => {
      expectLinear(make, [8 * KB, 16 * KB, 32 * KB, 64 * KB]);
    });
  }

  it('costs as much as it is long, whatever marks of detectors it repeats', () => {
    const family = oneof(
      marks.map((part) => rows([part])),
      tuple(marks, marks).map((parts) => rows(parts)),
      tuple(marks, marks).map(([part, end]) => nested(part, end)),
    );
    assert(
      property(family, (make) => expectLinear(make, [2 * KB, 8 * KB])),
      { numRuns: 300 },
    );
  });

  it('that costs more than it may is replaced as a whole, and says so', () => {
    const policy = compilePolicy();
    expect(policy.redactText(filled('"token":{', 64 * KB))).to.equal('[redacted]');
    const bytes = Buffer.from(filled('"token":{', 64 * KB));
    const marked = policy.mark(bytes).marks.slice();
    const verdict = policy.decide(bytes, { start: 0, end: bytes.length }, 0, marked);
    expect(verdict).to.include({ kind: 'replace', detector: 'too_costly' });
  });

  it('of few beginnings is redacted in its places', () => {
    const policy = compilePolicy();
    const text = `a ${'"token":{'.repeat(9)}`;
    expect(policy.redactText(text)).to.equal('a "token":"[token]"');
  });

  it('longer than any detector reads is replaced unread', () => {
    const policy = compilePolicy();
    const length = 16 * KB * KB;
    expect(policy.redactText('x'.repeat(length + 1))).to.equal('[redacted]');
    expect(policy.redactAttribute('order.id', 'x'.repeat(length))).to.have.length(length);
  });
});
