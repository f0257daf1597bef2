/** No sequence of inputs changes a later verdict: what is remembered spares time and nothing else. */
import { expect } from 'chai';
import {
  array,
  assert,
  constantFrom,
  oneof,
  property,
  record,
  string,
  type Arbitrary,
} from 'fast-check';
import { cleanTextsByPlace, type CleanTextsByPlace } from '../src/clean-texts.ts';
import {
  recogniseBody,
  recogniseTarget,
  recogniseUserAgent,
  recogniseValue,
} from '../src/index.ts';
import { DEFAULT_LIMITS } from '../src/limits.ts';
import { signsInBody } from '../src/recognise-body.ts';
import { signsInTarget } from '../src/recognise-target.ts';

/** Small, so that a few texts reach each of them. */
const LIMITS = { ...DEFAULT_LIMITS, viewLengthMax: 64, windowsMax: 1, windowLengthMax: 64 };
const TIGHT = { ...LIMITS, readLengthMax: 2000, scanLengthMax: 4000, entriesMax: 12, depthMax: 3 };

const PAYLOADS = [
  "1' OR '1'='1",
  '<script>alert(1)</script>',
  '../../../../etc/passwd',
  '${jndi:ldap://x/a}',
  'sqlmap/1.7',
  ';cat /etc/passwd',
  'wp-config.php.bak',
];
const CLEAN = ["it's 5 o'clock, said Mrs. O'Brien", 'a = b; c: d (and so on)', 'blue shirt', 'x=1'];
const padded = (text: string, length: number): string => `${text} `.padEnd(length, 'x');

/** At the lengths where memories begin and end, and where a text is cut. */
const texts: Arbitrary<string> = oneof(
  constantFrom(...PAYLOADS, ...CLEAN),
  constantFrom(
    ...[24, 25, 127, 128, 129, 200, 300].map((length) => padded(CLEAN[0] ?? '', length)),
  ),
  constantFrom(
    ...[128, 129, 300].map((length) => padded(CLEAN[0] ?? '', length) + (PAYLOADS[0] ?? '')),
  ),
  string({ unit: constantFrom("'", '=', 'or ', 'a', '%27', ' '), maxLength: 30 }),
);

interface Input {
  readonly entry: 'path' | 'query' | 'agent' | 'body' | 'value';
  readonly texts: readonly string[];
}

const inputs: Arbitrary<Input> = record({
  entry: constantFrom('path', 'query', 'agent', 'body', 'value'),
  texts: array(texts, { minLength: 1, maxLength: 12 }),
});

function verdict(input: Input, clean: CleanTextsByPlace, limits = LIMITS): unknown {
  const [first = ''] = input.texts;
  const query = input.texts.map((text, at) => `k${at}=${text}`).join('&');
  if (input.entry === 'path') return signsInTarget(`/${input.texts.join('/')}`, { clean, limits });
  if (input.entry === 'query') return signsInTarget(`/s?${query}`, { clean, limits });
  if (input.entry === 'body')
    return signsInBody({ list: input.texts, [first]: 1 }, { clean, limits });
  return input.entry === 'agent' ? recogniseUserAgent(first) : recogniseValue(first, { limits });
}

describe('what was recognised before', () => {
  for (const [name, limits] of Object.entries({ 'within the limits': LIMITS, 'at them': TIGHT })) {
    it(`changes no later verdict, ${name}`, () => {
      assert(
        property(array(inputs, { minLength: 1, maxLength: 8 }), (sequence) => {
          const clean = cleanTextsByPlace();
          // A text is kept from its second time on, so the third is the first that could differ.
          for (const input of [...sequence, ...sequence, ...sequence]) {
            expect(verdict(input, clean, limits)).to.deep.equal(
              verdict(input, cleanTextsByPlace(), limits),
            );
          }
        }),
        { numRuns: 150 },
      );
    });
  }
  it('as user agent or body is no less seen in a target, and the other way round', () => {
    for (const text of PAYLOADS) {
      const first = recogniseTarget(`/s?q=${text}`);
      for (let time = 0; time < 3; time++) {
        recogniseUserAgent(`/s?q=${text}`);
        recogniseBody({ a: `/s?q=${text}`, b: text });
        recogniseValue(text);
        recogniseTarget(`/${text}`);
        expect(recogniseTarget(`/s?q=${text}`)).to.deep.equal(first);
      }
    }
  });
  it('does not make room for what a limit left out the first time', () => {
    for (const count of [70, 3000]) {
      const fields = Array.from(
        { length: count },
        (_, at) => `it's no. ${at}, or so; an 'a' or a 'b'`,
      );
      const body = [...fields, "1' OR '1'='1"];
      const first = recogniseBody(body);
      for (let time = 0; time < 3; time++) expect(recogniseBody(body)).to.deep.equal(first);
    }
  });
  it('and was cut does not stand for the whole', () => {
    const agent = 'Mozilla/5.0 '.repeat(100);
    for (let time = 0; time < 3; time++) {
      expect(recogniseUserAgent(agent)).to.deep.equal([]);
      expect(recogniseUserAgent(`${agent}sqlmap/1.7`)).to.not.deep.equal([]);
    }
  });
});
