/** What any detector finds in a value is gone, whatever another one finds there. */
import { expect } from 'chai';
import { array, assert, constantFrom, oneof, property, record, string } from 'fast-check';
import { DETECTORS } from '../src/detectors/all-detectors.ts';
import type { Detector, Scanned } from '../src/detectors/detector.ts';
import { placeholderEnd } from '../src/detectors/placeholder.ts';
import { ReadBudget } from '../src/detectors/read-budget.ts';
import { KeyPolicy } from '../src/keys/key-policy.ts';
import { compilePolicy, createPseudonyms } from '../src/index.ts';
import { EXAMPLES, EXAMPLES_OF, NAMES, SIGNS } from './detector-examples.ts';

const policy = compilePolicy();
const keys = new KeyPolicy({ keep: [], redact: [], drop: [], only: [] });

interface Place {
  readonly start: number;
  readonly end: number;
}

/** What one detector finds where there is no other. It goes on behind what it found. */
function foundAlone(detector: Detector, bytes: Uint8Array): Place[] {
  const reads = new ReadBudget();
  reads.begin(bytes.length);
  const value: Scanned = { bytes, start: 0, end: bytes.length, isIdentifier: false, keys, reads };
  const places: Place[] = [];
  let replacedTo = 0;
  for (let at = 0; at < bytes.length; at++) {
    const after = placeholderEnd(bytes, at, bytes.length);
    if (after > 0) {
      replacedTo = after;
      at = after - 1;
      continue;
    }
    if (!detector.triggers.includes(String.fromCharCode(bytes[at] ?? 0))) continue;
    const found = detector.findAt(value, at);
    if (found === undefined || found.end <= replacedTo) continue;
    for (const { start, end } of [found, ...(found.also ?? [])]) {
      places.push({ start: Math.max(start, replacedTo), end });
    }
    at = Math.max(at, found.end - 1);
  }
  return places;
}

function expectAllGone(text: string): void {
  const bytes = Buffer.from(text);
  const verdict = policy.decide(bytes, { start: 0, end: bytes.length }, 0);
  if (verdict.kind === 'replace') return;
  const edits = verdict.kind === 'edit' ? verdict.edits : [];
  for (const detector of DETECTORS) {
    for (const { start, end } of foundAlone(detector, bytes)) {
      const isGone = edits.some((edit) => edit.start <= start && edit.end >= end);
      expect(isGone, `${detector.name} ${start}-${end} of ${text}`).to.equal(true);
    }
  }
}

describe('overlapping findings', () => {
  it('have examples of each detector, which it finds', () => {
    for (const detector of DETECTORS) {
      for (const text of EXAMPLES_OF.get(detector) ?? ['']) {
        expect(foundAlone(detector, Buffer.from(text)), text).to.have.length(1);
      }
    }
  });

  for (const [text, expected] of [
    ['Card Number: 4111 1111 1111 1111', 'Card Number: [pan:1111]'],
    ['card number: 4111 1111 1111 1112 next', 'card number: [pan] next'],
    ['card number: 4111 1111 1111 1112x', 'card number: [pan] 1111 1111 1112x'],
    ['ssn=078 05 1120', 'ssn=[ssn]'],
    ['ssn=078 05 1120 200 12', 'ssn=[ssn] 200 12'],
    ['ssn: QQ 12 34 56 C', 'ssn: [ssn]'],
    ['otp: 123 456 sent', 'otp: [otp] sent'],
    ['otp=123456 200 512', 'otp=[otp] 200 512'],
    ['pin: 1 2 3 4', 'pin: [pin]'],
    ['token: Bearer abc', 'token: [token]'],
    ['"token": Bearer abc', '"token": "[token]"'],
    ['token: bearer', 'token: [token]'],
    ['token_type: Bearer abc', 'token_type: Bearer abc'],
    ['private_key=-----BEGIN RSA PRIVATE KEY-----\nMIIE', 'private_key=[private_key]'],
    ['credentials: password: hunter2', 'credentials: [secret] [password]'],
    ['token=password="a b c"', 'token=[token]"[password]"'],
    ['secret%3Dpassword%3D"a b c"', 'secret%3D[secret]"[password]"'],
    ['4111111111111111@shop.example', '[email]'],
    ['https://token:abc@shop.example/a', 'https://[url_userinfo]@shop.example/a'],
    ['http://token:8080/a', 'http://token:8080/a'],
    ['authorization=basic+QWxhZGRpbjpv', 'authorization=basic+[credentials]'],
    ['AKIAIOSFODNN7EXAMPLE4111 1111 1111 1111', '[vendor_token][pan:1111]'],
    [
      'password=;--password hunter2authorization: Digest abc, def',
      'password=[password] [password] Digest abc, def',
    ],
    [
      'card number=AKIAIOSFODNN7EXAMPLEGB82 WEST 1234 5698 7654 324111%201111%201111%201111',
      'card number=[pan] WEST 1234 [pan:4111]%201111%201111%201111',
    ],
    [
      'AKIAIOSFODNN7EXAMPLE4111111111111111--password hunter2-----BEGIN PRIVATE KEY-----MIIE',
      '[vendor_token][pan:1111]--password [password]',
    ],
    ['id 123 pan:4111111111111111 1234 5698 7654 32', 'id 123 pan:[pan:1111] 1234 5698 7654 32'],
  ] as const) {
    it(`leave nothing of either: ${text}`, () => {
      expectAllGone(text);
      const redacted = policy.redactText(text);
      expect(redacted).to.equal(expected);
      expect(policy.redactText(redacted), 'a second time').to.equal(expected);
    });
  }

  it('never let what a policy keeps stand for what lies within', () => {
    const keepsEmail = compilePolicy({ detectors: { email: 'keep' } });
    const redacted = keepsEmail.redactText('4111111111111111@shop.example');
    expect(redacted).to.equal('[pan:1111]@shop.example');
    const off = compilePolicy({ urlQuery: 'off' });
    const query = '/a?token=4111111111111111&b=bob@shop.example';
    expect(off.redactUrl(query)).to.equal('/a?token=[pan:1111]&b=[email]');
    const all = compilePolicy({ urlQuery: 'all' });
    expect(all.redactUrl('/a?b="token": "x&y"')).to.equal('/a?b=[query]');
  });

  const part = oneof(
    { weight: 3, arbitrary: constantFrom(...EXAMPLES) },
    { weight: 2, arbitrary: constantFrom(...SIGNS) },
    {
      weight: 1,
      arbitrary: record({ name: constantFrom(...NAMES), sign: constantFrom(...SIGNS) }).map(
        ({ name, sign }) => name + sign,
      ),
    },
    { weight: 1, arbitrary: string({ maxLength: 3 }) },
  );
  const composed = array(part, { maxLength: 8 }).map((parts) => parts.join(''));

  it('leave nothing of any of them, in any company', () => {
    assert(property(composed, expectAllGone), { numRuns: 30_000 });
  });

  it('leave documents what they are', () => {
    assert(
      property(composed, composed, (one, other) => {
        // A name that ends in a backslash looks like one in a text within a text.
        const [name, text] = [one.replaceAll('\\', '/'), other.replaceAll('\\', '/')];
        const inner = JSON.stringify({ [name]: text, pin: [text, 4111111111111111] });
        const document = JSON.stringify({ inner, [text]: name, list: [text, { [name]: 1 }] });
        JSON.parse(policy.redactText(document));
      }),
      { numRuns: 10_000 },
    );
  });

  it('end with the text of JSON they stand in, where a text within it was cut off', () => {
    for (const text of [`password'=[x"`, `password'=[password///"`, `'secret':{'a': "`]) {
      const inner = JSON.stringify({ a: text, b: [text, 1] });
      const document = JSON.stringify({ inner, [text]: 1, list: [text, { b: 1 }], bob: 2 });
      const redacted = policy.redactText(document);
      expect(JSON.parse(redacted), redacted).to.have.property('bob', 2);
      expect(redacted).to.contain('{"b":1}');
      expect(policy.redactText(redacted)).to.equal(redacted);
    }
  });

  it('are the same in a batch and in an application', () => {
    const pseudonyms = createPseudonyms({ masterKey: new Uint8Array(32).fill(7) });
    const own = compilePolicy({}, { pseudonyms });
    assert(
      property(composed, string({ maxLength: 9 }), (text, before) => {
        const bytes = Buffer.from(`${before}${text}=tail`);
        const range = { start: Buffer.byteLength(before), end: bytes.length - 5 };
        const marks = own.mark(bytes).marks.slice();
        const marked = own.decide(bytes, range, 0, marks);
        expect(marked).to.deep.equal(own.decide(bytes, range, 0));
      }),
      { numRuns: 10_000 },
    );
  });

  it('are gone at once where one of them was the sign behind a quote that ended another', () => {
    for (const value of [':', ',', '}', ' ]']) {
      const once = policy.redactText(
        `<token>x INSERT INTO u (a, password) VALUES (1, "${value}" 2`,
      );
      expect(once).not.to.contain('x INSERT');
      expect(policy.redactText(once)).to.equal(once);
    }
  });

  it('are gone at once: a second time nothing is found', () => {
    assert(
      property(composed, (text) => {
        const redacted = policy.redactText(text);
        expect(policy.redactText(redacted)).to.equal(redacted);
      }),
      { numRuns: 30_000 },
    );
  });
});
