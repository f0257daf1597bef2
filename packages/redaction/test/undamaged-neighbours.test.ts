/** What stands beside a secret, and what only resembles one, stays byte for byte. */
import { expect } from 'chai';
import { compilePolicy } from '../src/index.ts';

const policy = compilePolicy();

function redacts(text: string, expected: string): void {
  const redacted = policy.redactText(text);
  expect(redacted).to.equal(expected);
  expect(policy.redactText(redacted), 'a second time').to.equal(expected);
}

describe('redaction leaves what stands beside a secret', () => {
  const neighbours: readonly [string, string][] = [
    ['/a;jsessionid=X12345678?x=1', '/a;jsessionid=[session]?x=1'],
    ['/a;jsessionid=X12345678/b#c', '/a;jsessionid=[session]/b#c'],
    ['/a;sid=s3cr3t#top', '/a;sid=[session]#top'],
    ['/x?access_token=abc#top', '/x?access_token=[token]#top'],
    ['/x?a=b&token=abc#top', '/x?a=b&token=[token]#top'],
    ['/x?password=a#b?c&d=e', '/x?password=[password]&d=e'],
    [
      String.raw`{"cmd":"curl -H \"Authorization: Bearer abc\" https://h","b":1}`,
      String.raw`{"cmd":"curl -H \"Authorization: Bearer [credentials]\" https://h","b":1}`,
    ],
    [
      String.raw`{"cmd":"curl -H \"Cookie: a=abc; b=c\" https://h","b":1}`,
      String.raw`{"cmd":"curl -H \"Cookie: [cookie]\" https://h","b":1}`,
    ],
    [
      String.raw`{"cmd":"curl -H \u0022Cookie: a=abc\u0022 https://h","b":1}`,
      String.raw`{"cmd":"curl -H \u0022Cookie: [cookie]\u0022 https://h","b":1}`,
    ],
    [
      String.raw`{"a":"{\"cmd\":\"-H \\\"Cookie: a=b\\\" x\",\"b\":1}"}`,
      String.raw`{"a":"{\"cmd\":\"-H \\\"Cookie: [cookie]\\\" x\",\"b\":1}"}`,
    ],
    [
      String.raw`{"a":"{\"raw\":\"Authorization: Digest abc\\nHost: b\"}"}`,
      String.raw`{"a":"{\"raw\":\"Authorization: Digest [credentials]\\nHost: b\"}"}`,
    ],
    [
      String.raw`{"a":"{\"raw\":\"Cookie: a=b\\r\\nHost: b\"}"}`,
      String.raw`{"a":"{\"raw\":\"Cookie: [cookie]\\r\\nHost: b\"}"}`,
    ],
    ["-H 'Cookie: a=b' https://h", "-H 'Cookie: [cookie]' https://h"],
    [
      'authorization: Bearer abc user=bob path=/y',
      'authorization: Bearer [credentials] user=bob path=/y',
    ],
  ];
  for (const [text, expected] of neighbours) it(text, () => redacts(text, expected));
});

describe('redaction leaves what is said of a secret', () => {
  const said: readonly string[] = [
    'Password: must be at least 8 characters',
    'password: is required',
    'Password: required',
    'password: too short, at least 8 characters',
    'token: invalid or expired',
    'Token: expired',
    'api key: missing in header',
    'session id: unknown',
    'secret: cannot be empty',
    '{"password":"must be at least 8 characters"}',
    '{"errors":{"password":["is too short (minimum is 8 characters)"]}}',
    '{"password":["This field is required.","This password is too common."]}',
    '{"token":"has expired"}',
    String.raw`{"a":"{\"password\":\"can't be blank\"}"}`.replace("can't", 'must not'),
    String.raw`{"a":"{\"password\":[\"is too short\"]}"}`,
  ];
  for (const text of said) it(text, () => redacts(text, text));

  const secret: readonly [string, string][] = [
    ['password: mustang', 'password: [password]'],
    ['password: must', 'password: [password]'],
    ['password: required1', 'password: [password]'],
    ['password=required', 'password=[password]'],
    ['{"password":"required"}', '{"password":"[password]"}'],
    ['{"password":"incorrect horse battery"}', '{"password":"[password]"}'],
    ['{"password":"is hunter2 still"}', '{"password":"[password]"}'],
    ['{"password":"must be hunter2Zq9"}', '{"password":"[password]"}'],
    ['{"password":["is too short","hunter2"]}', '{"password":"[password]"}'],
    ['password: the quick brown fox', 'password: [password] quick brown fox'],
    ['Password: correct', 'Password: [password]'],
  ];
  for (const [text, expected] of secret) it(`but not ${text}`, () => redacts(text, expected));
});
