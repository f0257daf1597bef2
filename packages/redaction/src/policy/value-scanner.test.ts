import { expect } from 'chai';
import { assert, array, constantFrom, property, string } from 'fast-check';
import { compilePolicy } from './redaction-policy.ts';
import type { Verdict } from './value-edits.ts';
import { decoded, edited } from './value-text.ts';

/** Parts of values, sensitive and not, that are likely to meet in unlucky ways. */
const PARTS = [
  ...[
    'password',
    'apiKey',
    'x-sig',
    'pin',
    'user[token]',
    'cookie',
    '=',
    ':',
    ' : ',
    '=>',
    ':=',
    '%3D',
    '%3A',
  ],
  ...[
    '"',
    "'",
    '\\"',
    '\\\\\\"',
    '%22',
    ' ',
    ',',
    '&',
    ';',
    '{',
    '}',
    '[',
    ']',
    '<',
    '>',
    '<pin>',
    '</pin>',
  ],
  ...[
    '4111 1111 1111 1111',
    '4111111111111111',
    '3782-822463-10005',
    '123-45-6789',
    'DE89370400440532013000',
  ],
  ...[
    'alice@shop.example',
    'alice%40shop.example',
    'git@github.com:x/y',
    'https://u:p@host/',
    '://',
    '@',
  ],
  ...['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln', 'Bearer abcdefgh12345678', 'Basic dXNlcjpwYXNz'],
  ...[
    'AKIAIOSFODNN7EXAMPLE',
    'sk_live_abcdefghijklmnop',
    'ghp_',
    '-----BEGIN PRIVATE KEY-----',
    '-----',
  ],
  ...['"name":"password"', '"value":', '"v":', 'value=', 'name=token', '--', ' -Password '],
  ...[
    "'--token',",
    'wrong password ',
    'IDENTIFIED BY ',
    "PASSWORD('",
    ' (password, a)',
    '"x-api-key",',
  ],
  ...[' VALUES (', "('x','y')", 'tokens', 'toke%6e', 'secre\\u0074', '`password`', "''", ':\\/\\/'],
  ...['"""', '-----END PRIVATE KEY-----'],
  ...[
    'x',
    '_',
    '-',
    '.',
    '%',
    '%5D',
    '\u00e9',
    '\u0000',
    '1700000000000',
    '[password]',
    '[pan:1111]',
  ],
] as const;

describe('the value scanner', () => {
  it('finds the same at marked places as everywhere', () => {
    const policy = compilePolicy();
    assert(
      property(
        array(constantFrom(...PARTS), { maxLength: 14 }),
        string({ maxLength: 12 }),
        (parts, before) => {
          const value = Buffer.from(parts.join(''));
          const start = Buffer.byteLength(before);
          const bytes = Buffer.concat([Buffer.from(before), value, Buffer.from('=tail')]);
          const range = { start, end: start + value.length };
          const marks = policy.mark(bytes).marks.slice();
          for (const decision of [0, 1]) {
            expect(policy.decide(bytes, range, decision, marks)).to.deep.equal(
              policy.decide(bytes, range, decision),
            );
          }
        },
      ),
      { numRuns: 30_000 },
    );
  });
});

describe('a text that stands alone', () => {
  it('is redacted as it would be if every byte of it were looked at', () => {
    const policy = compilePolicy();
    assert(
      property(array(constantFrom(...PARTS), { maxLength: 14 }), (parts) => {
        const text = parts.join('');
        const bytes = Buffer.from(text);
        const verdict = policy.decide(bytes, { start: 0, end: bytes.length }, 0);
        expect(policy.redactText(text)).to.equal(shown(text, verdict));
      }),
      { numRuns: 10_000 },
    );
  });

  it('leaves what was marked of a batch as it was', () => {
    const policy = compilePolicy();
    const { marks } = policy.mark(Buffer.from(`{"password":"x","mail":"alice@shop.example"}`));
    const before = marks.slice();
    expect(before.some((word) => word !== 0)).to.equal(true);
    // Within words, so that what is left is redacted once more.
    policy.redactText('xalice@shop.examplex password=4111111111111111é '.repeat(40));
    expect(marks).to.deep.equal(before);
  });
});

function shown(text: string, verdict: Verdict): string {
  if (verdict.kind === 'clean') return text;
  if (verdict.kind === 'drop') return '';
  const bytes = Buffer.from(text);
  return verdict.kind === 'replace'
    ? decoded(verdict.replacement)
    : edited(text, bytes, verdict.edits);
}
