/** A policy that has seen much judges as one that has seen nothing: what it remembers changes no verdict. */
import { expect } from 'chai';
import { array, assert, constantFrom, oneof, property, record } from 'fast-check';
import {
  compilePolicy,
  createPseudonyms,
  type RedactionConfig,
  type RedactionPolicy,
} from '../src/index.ts';
import { EXAMPLES, NAMES, SIGNS } from './detector-examples.ts';

const CONFIGS: readonly RedactionConfig[] = [
  {},
  { urlQuery: 'all' },
  { urlQuery: 'off' },
  { profile: 'secrets-only', keys: { keep: ['kept*'], redact: ['*dob'], drop: ['raw'] } },
];
const KEYS = [
  ...['note', 'url.full', 'url.path', 'url.query', 'user_agent.original', 'order.id', 'password'],
  ...['session.id', 'card.pin', 'kept', 'kept.password', 'user.dob', 'raw', 'credit_card'],
];

/** Places at which an application or a batch shows a text. */
const PLACES: Readonly<Record<string, (policy: RedactionPolicy, text: string) => unknown>> = {
  text: (policy, text) => policy.redactText(text),
  target: (policy, text) => policy.redactUrl(text),
  number: (policy, text) => policy.decideNumber(text, 0),
  name: (policy, text) => policy.classifyKey(Buffer.from(text), 0, Buffer.byteLength(text)),
  'name of a value': (policy, text) => policy.redactAttribute(text, 'some value'),
  list: (policy, text) => policy.redactAttribute('note', [text, 4111111111111111, text]),
  batch: (policy, text) => {
    const bytes = Buffer.from(text);
    const { marks } = policy.mark(bytes);
    return policy.decide(bytes, { start: 0, end: bytes.length }, 0, marks);
  },
  ...Object.fromEntries(
    KEYS.map((key) => [
      key,
      (policy: RedactionPolicy, text: string) => policy.redactAttribute(key, text),
    ]),
  ),
};

function policyOf(config: RedactionConfig): RedactionPolicy {
  const masterKey = new Uint8Array(32).fill(7);
  return compilePolicy(config, { pseudonyms: createPseudonyms({ masterKey }) });
}

const word = constantFrom(
  ...['a', 'id', 'x1', '4111', '1111', '4111111111111111', 'true', 'bob@shop.example', 'DE89'],
  ...['370400440532013000', 'eyJhbGciOiJIUzI1NiJ9', 'sig', 'Basic', 'QWxhZGRpbjpv', 'host', '5D'],
  ...['hmac', 'git@github.com:', '078-05-1120', 'AKIAIOSFODNN7EXAMPLE', 'card', 'visa', 'ssn'],
);
const sign = constantFrom(...Array.from('/=:;&.-_+@%?'), '://', '%3D', '%40', '%20', '==');
const urlPart = array(
  oneof(word, sign, constantFrom(...NAMES.map((name) => name.replace(' ', '_')))),
  {
    maxLength: 6,
  },
).map((parts) => parts.join(''));

describe('memories', () => {
  const part = oneof(constantFrom(...EXAMPLES), constantFrom(...SIGNS), word);
  const other = array(part, { maxLength: 3 }).map((parts) => parts.join(''));
  /** One text at several places, and a target with its parts. */
  const steps = record({ path: urlPart, query: urlPart, other }).chain(
    ({ path, query, other: text }) =>
      array(
        record({
          place: constantFrom(...Object.keys(PLACES)),
          text: constantFrom(path, query, `${path}?${query}`, text),
        }),
        { minLength: 2, maxLength: 12 },
      ),
  );

  for (const config of CONFIGS) {
    it(`change nothing under ${JSON.stringify(config)}`, () => {
      const warm = policyOf(config);
      assert(
        property(steps, (sequence) => {
          for (const { place, text } of sequence) {
            const judge = PLACES[place];
            const fresh = policyOf(config);
            expect(judge?.(warm, text), `${text} as ${place}`).to.deep.equal(judge?.(fresh, text));
          }
        }),
        { numRuns: 200 },
      );
    });
  }

  it('believe parts of a clean target clean only where they are', () => {
    const policy = compilePolicy();
    assert(
      property(urlPart, urlPart, (path, query) => {
        const target = `${path}?${query}`;
        if (compilePolicy().redactUrl(target) !== target) return;
        for (const text of [path, query]) {
          const bytes = Buffer.from(text);
          const verdict = policy.decide(bytes, { start: 0, end: bytes.length }, 0);
          expect(verdict.kind, `${text} of ${target}`).to.equal('clean');
        }
      }),
      { numRuns: 3000 },
    );
  });
});
