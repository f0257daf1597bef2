import { expect } from 'chai';
import { assert, constantFrom, property, string } from 'fast-check';
import { compilePolicy } from '../policy/redaction-policy.ts';

const policy = compilePolicy();

function redacts(text: string, expected: string): void {
  const redacted = policy.redactText(text);
  expect(redacted).to.equal(expected);
  expect(policy.redactText(redacted), 'a second time').to.equal(expected);
}

describe('secrets in quotes', () => {
  const cases: readonly [string, string][] = [
    ["UPDATE u SET password='it''s x' WHERE a=1", "UPDATE u SET password='[password]' WHERE a=1"],
    ["SET `password` = 'x', a = 1", "SET `password` = '[password]', a = 1"],
    ["SET u.`password`='x'", "SET u.`password`='[password]'"],
    ["SET [password] = 'x'", "SET [password] = '[password]'"],
    ["SET [a] = 1, [Password]='x'", "SET [a] = 1, [Password]='[password]'"],
    [`SET "password" = 'it''s x' WHERE`, `SET "password" = '[password]' WHERE`],
    ["WHERE password = N'x' AND b=1", "WHERE password = N'[password]' AND b=1"],
    [String.raw`password = E'a\'x', b`, "password = E'[password]', b"],
    ["password = U&'x'", "password = U&'[password]'"],
    ["password = _utf8mb4'x'", "password = _utf8mb4'[password]'"],
    [
      "password = crypt('it''s x', gen_salt('bf'))",
      "password = crypt('[password]', gen_salt('bf'))",
    ],
    ["password = CAST(N'x' AS nvarchar)", "password = CAST(N'[password]' AS nvarchar)"],
    ["Server=x;Password='a''x';Database=d", "Server=x;Password='[password]';Database=d"],
    ['Server=x;Password="a""x";Database=d', 'Server=x;Password="[password]";Database=d'],
    ['password = """x"y""" # z', 'password = """[password]""" # z'],
    ["password = '''x'y''' # z", "password = '''[password]''' # z"],
    ["password = '''x' AND b", "password = '[password]' AND b"],
    [String.raw`password='it'\''s x' b`, "password='[password]' b"],
    ['password = @"x"', 'password = @"[password]"'],
    ["password = rb'x'", "password = rb'[password]'"],
    [
      String.raw`{"q":"SET password='a''x', b=1","c":1}`,
      `{"q":"SET password='[password]', b=1","c":1}`,
    ],
    [
      String.raw`{"q":"password = \"\"\"x\"y\"\"\" z","c":1}`,
      String.raw`{"q":"password = \"\"\"[password]\"\"\" z","c":1}`,
    ],
    ['{"a":"password=x"}', '{"a":"password=[password]"}'],
    ['{"a":"password=abc("}', '{"a":"password=[password]"}'],
    ["password='' b='x'", "password='' b='x'"],
    ['password="", b="x"', 'password="", b="x"'],
    [String.raw`{"q":"password=\"\"","c":1}`, String.raw`{"q":"password=\"\"","c":1}`],
    [`{"password":"","c":""}`, `{"password":"","c":""}`],
  ];
  for (const [text, expected] of cases)
    it(`end where they end: ${text}`, () => redacts(text, expected));

  it('go whole, whatever SQL doubles in them', () => {
    const written = string({ unit: constantFrom('a', 'Z9', "'", '"', ' ', ',', ';', ')', '=') });
    assert(
      property(
        written,
        constantFrom('', 'N', 'E'),
        constantFrom("'", '"'),
        (secret, kind, quote) => {
          const doubled = `x${secret}y`.replaceAll(quote, quote + quote);
          const text = `UPDATE u SET password = ${kind}${quote}${doubled}${quote} WHERE id = 1`;
          expect(policy.redactText(text)).to.equal(
            `UPDATE u SET password = ${kind}${quote}[password]${quote} WHERE id = 1`,
          );
        },
      ),
      { numRuns: 2000 },
    );
  });
});
