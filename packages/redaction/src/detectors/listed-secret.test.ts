import { expect } from 'chai';
import { compilePolicy } from '../policy/redaction-policy.ts';

const policy = compilePolicy();

function redacts(text: string, expected: string): void {
  const redacted = policy.redactText(text);
  expect(redacted).to.equal(expected);
  expect(policy.redactText(redacted), 'a second time').to.equal(expected);
}

describe('secrets in lists', () => {
  const cases: readonly [string, string][] = [
    ['["x-api-key","x1"]', '["x-api-key","[api_key]"]'],
    ['[["x-api-key","x"]]', '[["x-api-key","[api_key]"]]'],
    ['[["a","b"],["password","correcthorse"]]', '[["a","b"],["password","[password]"]]'],
    ["[('password', 'correcthorse')]", "[('password', '[password]')]"],
    ["('x-api-key', 'x1')", "('x-api-key', '[api_key]')"],
    [
      '["Host","a.test","X-Api-Key","k3y","Accept","*/*"]',
      '["Host","a.test","X-Api-Key","[api_key]","Accept","*/*"]',
    ],
    [
      "[ 'Cookie', 'a=b; c=d', 'Authorization', 'Bearer x' ]",
      "[ 'Cookie', '[cookie]', 'Authorization', 'Bearer [credentials]' ]",
    ],
    ['[\n  "x-api-key",\n  "x1"\n]', '[\n  "x-api-key",\n  "[api_key]"\n]'],
    [
      String.raw`{"a":"[[\"x-api-key\",\"x\"]]"}`,
      String.raw`{"a":"[[\"x-api-key\",\"[api_key]\"]]"}`,
    ],
    ['["mysql","--password","x","db"]', '["mysql","--password","[password]","db"]'],
    ['["--password","cookie","a=b"]', '["--password","[password]","[cookie]"]'],
    ["['-Password', 'x']", "['-Password', '[password]']"],
    ['{"args":["--api-key","k","-v"]}', '{"args":["--api-key","[api_key]","-v"]}'],
  ];
  for (const [text, expected] of cases)
    it(`go from behind their names: ${text}`, () => redacts(text, expected));

  const clean: readonly string[] = [
    '["password","email","name"]',
    '["password","email"]',
    '["password","Password"]',
    '[["password","email"],["token"]]',
    '{"required":["username","password","address1"]}',
    '["authorization","x-api-key","x-b3-traceid","content-md5"]',
    '["x-api-key","authorization"]',
    '["--password","--verbose"]',
    '["--max-tokens","512"]',
    '["psql","--no-password","db"]',
    '{"option":"--password","help":"of the database"}',
    "{'option': '--password', 'help': 'x'}",
    "field('password', 'Password')",
    'label("password", "Your password 1")',
    '["password",1,"x"]',
    '["token","lparen","rparen1","ident"]',
    'password,name,email',
  ];
  for (const text of clean) it(`are not in lists of names: ${text}`, () => redacts(text, text));
});
