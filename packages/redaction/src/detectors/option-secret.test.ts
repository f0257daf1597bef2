import { expect } from 'chai';
import { compilePolicy } from '../policy/redaction-policy.ts';

const policy = compilePolicy();

function redacts(text: string, expected: string): void {
  const redacted = policy.redactText(text);
  expect(redacted).to.equal(expected);
  expect(policy.redactText(redacted), 'a second time').to.equal(expected);
}

describe('options of programs', () => {
  const cases: readonly [string, string][] = [
    ['mysql --password x db', 'mysql --password [password] db'],
    ['--password x', '--password [password]'],
    ["x --api-key 'a b' y", "x --api-key '[api_key]' y"],
    ['x --client-secret "a b" y', 'x --client-secret "[secret]" y'],
    ['x --password=y z', 'x --password=[password] z'],
    ["x --password='it'\\''s y' z", "x --password='[password]' z"],
    ['Connect -Password x -User y', 'Connect -Password [password] -User y'],
    ['java -password x -jar y', 'java -password [password] -jar y'],
    ['x --token  y', 'x --token  [token]'],
    ['["sh","-c","mysql --password x"]', '["sh","-c","mysql --password [password]"]'],
    [
      String.raw`{"cmd":"mysql --password \"x y\" db","a":1}`,
      String.raw`{"cmd":"mysql --password \"[password]\" db","a":1}`,
    ],
    ['/bin/sh -c "mysql --dbPassWord x"', '/bin/sh -c "mysql --dbPassWord [password]"'],
  ];
  for (const [text, expected] of cases)
    it(`lose their secret: ${text}`, () => redacts(text, expected));

  const clean: readonly string[] = [
    'psql --no-password db',
    'x --password --verbose',
    'x --password [password] y',
    'x --password {password} y',
    'x --token TOKEN the token to use',
    'use --password to set it',
    'the --password option is required',
    'x --max-tokens 512',
    'x --password-file /run/x',
    'x --public-key y',
    'git log --oneline --pretty x',
    '--------password x',
    'a -pin b',
  ];
  for (const text of clean) it(`keep what is none: ${text}`, () => redacts(text, text));
});
