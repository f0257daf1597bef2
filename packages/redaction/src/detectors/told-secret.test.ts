import { expect } from 'chai';
import { compilePolicy } from '../policy/redaction-policy.ts';

const policy = compilePolicy();

function redacts(text: string, expected: string): void {
  const redacted = policy.redactText(text);
  expect(redacted).to.equal(expected);
  expect(policy.redactText(redacted), 'a second time').to.equal(expected);
}

describe('secrets that a sentence or statement names', () => {
  const cases: readonly [string, string][] = [
    ['wrong password "x" for bob', 'wrong password "[password]" for bob'],
    [
      "Error: invalid password 'x y'\n    at a.js:1:2",
      "Error: invalid password '[password]'\n    at a.js:1:2",
    ],
    [
      String.raw`{"m":"wrong password \"x\" given","a":1}`,
      String.raw`{"m":"wrong password \"[password]\" given","a":1}`,
    ],
    [`{"m":"wrong password 'x'","a":1}`, `{"m":"wrong password '[password]'","a":1}`],
    ['invalid API key "k1"', 'invalid API key "[api_key]"'],
    ["bad PIN '1234'", "bad PIN '[pin]'"],
    ['invalid token "a1b2c3d4e5"', 'invalid token "[token]"'],
    ["CREATE USER a IDENTIFIED BY 'x'", "CREATE USER a IDENTIFIED BY '[password]'"],
    [
      'ALTER USER a IDENTIFIED BY "x" REPLACE "y"',
      'ALTER USER a IDENTIFIED BY "[password]" REPLACE "y"',
    ],
    [
      "CREATE USER a IDENTIFIED WITH caching_sha2_password BY 'it''s x' EXPIRE",
      "CREATE USER a IDENTIFIED WITH caching_sha2_password BY '[password]' EXPIRE",
    ],
    ["IDENTIFIED BY PASSWORD '*6C8'", "IDENTIFIED BY PASSWORD '[password]'"],
    [
      "CREATE ROLE a WITH LOGIN PASSWORD 'x' NOINHERIT",
      "CREATE ROLE a WITH LOGIN PASSWORD '[password]' NOINHERIT",
    ],
    ["SET PASSWORD FOR a = PASSWORD('x')", "SET PASSWORD FOR a = PASSWORD('[password]')"],
    [
      `{"q":"CREATE USER a IDENTIFIED BY 'x'","b":1}`,
      `{"q":"CREATE USER a IDENTIFIED BY '[password]'","b":1}`,
    ],
  ];
  for (const [text, expected] of cases) it(`go: ${text}`, () => redacts(text, expected));

  const clean: readonly string[] = [
    `Unexpected token '<', "<!DOCTYPE "... is not valid JSON`,
    'Unexpected token "function" in module-2',
    'secrets "db-creds" not found',
    'secret "registry-token-2" not found',
    'token "access_token1" is not defined',
    'cookie "sid" was rejected',
    'caused by "java.lang.Error"',
    'expected password "string"',
    'field password "must be at least 8 characters"',
    'pass "adds 2 numbers"',
    'the compass "north"',
    'setPassword("x")',
    `{"a":"password ","b":"x"}`,
    `{"a":"enter password \\"","b":"x"}`,
  ];
  for (const text of clean) it(`stay: ${text}`, () => redacts(text, text));
});
