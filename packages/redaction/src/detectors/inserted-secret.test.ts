import { expect } from 'chai';
import { assert, array, constantFrom, property, string, tuple } from 'fast-check';
import { compilePolicy } from '../policy/redaction-policy.ts';

const policy = compilePolicy();

function redacts(text: string, expected: string): void {
  const redacted = policy.redactText(text);
  expect(redacted).to.equal(expected);
  expect(policy.redactText(redacted), 'a second time').to.equal(expected);
}

describe('values of an INSERT', () => {
  const cases: readonly [string, string][] = [
    [
      "INSERT INTO users (name, password) VALUES ('a','x')",
      "INSERT INTO users (name, password) VALUES ('a','[password]')",
    ],
    [
      "INSERT INTO users (name, password, pin) VALUES ('a','x',1234), ('c', 'it''s, (y)', 5)",
      "INSERT INTO users (name, password, pin) VALUES ('a','[password]',[pin]), ('c', '[password]', [pin])",
    ],
    [
      "insert into `users`(`password`,`name`) values('x','a') on conflict do nothing",
      "insert into `users`(`password`,`name`) values('[password]','a') on conflict do nothing",
    ],
    [
      "INSERT INTO [u] ([Name], [Password]) OUTPUT INSERTED.Id VALUES (N'a', N'x');",
      "INSERT INTO [u] ([Name], [Password]) OUTPUT INSERTED.Id VALUES (N'a', N'[password]');",
    ],
    [
      `INSERT INTO u ("name", "apiKey") VALUES ('a', crypt('x', gen_salt('bf')), 5)`,
      `INSERT INTO u ("name", "apiKey") VALUES ('a', crypt('[api_key]', gen_salt('bf')), 5)`,
    ],
    [
      "INSERT INTO u (a,\n  password)\nVALUES\n  (1,\n  'x')",
      "INSERT INTO u (a,\n  password)\nVALUES\n  (1,\n  '[password]')",
    ],
    [
      String.raw`{"q":"INSERT INTO u (a, password) VALUES (\"a\", \"x\")","b":"y"}`,
      String.raw`{"q":"INSERT INTO u (a, password) VALUES (\"a\", \"[password]\")","b":"y"}`,
    ],
    [
      `{"q":"INSERT INTO u (a, password) VALUES ('a', 'x","b":"y"}`,
      `{"q":"INSERT INTO u (a, password) VALUES ('a', '[password]","b":"y"}`,
    ],
    [
      `{"q":"INSERT INTO u (pin) VALUES (1234","b":"y"}`,
      `{"q":"INSERT INTO u (pin) VALUES ([pin]","b":"y"}`,
    ],
    ["(password) VALUES ('x', 'y')", "(password) VALUES ('[password]', 'y')"],
  ];
  for (const [text, expected] of cases)
    it(`go under their columns: ${text.slice(0, 90)}`, () => redacts(text, expected));

  const clean: readonly string[] = [
    "INSERT INTO u (name, email_ok) VALUES ('a', 'x')",
    'INSERT INTO u (name, password) VALUES ($1, $2)',
    'INSERT INTO u (name, password) VALUES (?, ?), (?, ?)',
    'INSERT INTO u (name, password) VALUES (:name, :password)',
    'INSERT INTO u (name, password) VALUES (%(name)s, %(password)s)',
    'INSERT INTO u (name, password) VALUES (@p0, @p1)',
    'INSERT INTO u (name, password) VALUES (DEFAULT, NULL)',
    "INSERT INTO u VALUES ('a', 'x')",
    'allowed values (password, token)',
    'the token (a, b) has values (c, d)',
  ];
  for (const text of clean) it(`stay: ${text}`, () => redacts(text, text));

  it('go in every row, and their neighbours stay', () => {
    const written = string({
      unit: constantFrom('a', 'Z', ' ', ',', '(', ')', "''", ';', '"'),
      maxLength: 6,
    });
    assert(
      property(
        array(tuple(written, written), { minLength: 1, maxLength: 20 }),
        constantFrom('password', 'api_key', 'clientSecret', 'Token'),
        (rows, column) => {
          const statement = (secret: (text: string) => string): string =>
            `INSERT INTO u (a, ${column}, b) VALUES ${rows
              .map(([one, other]) => `('n${one}','${secret(other)}', 7)`)
              .join(', ')} RETURNING a`;
          const redacted = policy.redactText(statement((text) => `hunter2${text}Zq9`));
          const label = /\[(\w+)\]/.exec(redacted)?.[1] ?? '';
          expect(redacted).to.equal(statement(() => `[${label}]`));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('are replaced as a whole where there are too many', () => {
    const rows = Array.from({ length: 300 }, (_, row) => `('a','hunter${row}')`).join(',');
    expect(policy.redactText(`INSERT INTO u (a, password) VALUES ${rows}`)).to.equal('[redacted]');
  });
});
