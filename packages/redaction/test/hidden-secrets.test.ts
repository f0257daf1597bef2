/** One line a way in which secrets hide in text: none may come through, and documents stay documents. */
import { expect } from 'chai';
import { compilePolicy } from '../src/index.ts';

const policy = compilePolicy();
const SECRET = 'hunter2Zq9';

/** `§` stands for the secret. */
const TEXTS: readonly string[] = [
  'password: "[§]"',
  String.raw`{"n":"x\npassword=§"}`,
  String.raw`{"n":"x\nBearer §abcdefgh12345"}`,
  'Cookie: a=b1; c=§',
  'Cookie: a=b1; sid=§\r\nHost: x',
  'Set-Cookie: sid=§; Path=/',
  'Authorization: Digest username="x", response="§"',
  'Authorization: token §',
  'Authorization: ApiKey §',
  'authorization: §',
  'curl -H "Authorization: Bearer §" x',
  'password=ab,§',
  'password=ab(§',
  'password=ab;§',
  'password=a%26b§',
  'password1=§',
  'new_password2=§',
  '"userPassword1": "§"',
  'dbpassword=§',
  'userpasswd=§',
  'accesstoken=§',
  'clientsecret=§',
  "DB_PASSWORD='§'",
  String.raw`{\u0022password\u0022:\u0022§\u0022}`,
  String.raw`{"b":"{\u0022password\u0022:\u0022§\u0022,\u0022x\u0022:1}"}`,
  String.raw`{"pass\u0077ord":"§"}`,
  'pass%77ord=§',
  'api key: §',
  'client secret = §',
  '--password=§',
  'Server=x;Uid=sa;Pwd=§;',
  'AccountKey=§==;Endpoint',
  'redis://:§@host:6379',
  `https://u:${'p'.repeat(600)}§@h/`,
  'https://x/?redirect=https%3A%2F%2Fy%2F%3Ftoken%3D§',
  'https://x/?r=a%26password%3D§%26b',
  '/x?Signature=§abcdefabcdef&a=1',
  '/x?X-Amz-Signature=§',
  '?AWSAccessKeyId=§',
  '<user><password>§</password></user>',
  '<ns:Password>§</ns:Password>',
  'password => §',
  'password := "§"',
  ':password=>"§"',
  "{'password': u'§'}",
  'password="a b §"',
  String.raw`password="a\"b§"`,
  '{"token":["§"]}',
  '{"headers":{"Cookie":"a=§"}}',
  '{"credentials":{"user":"x","pw":"§"}}',
  'PHPSESSID=§',
  'connect.sid=s%3A§',
  `password=${'a'.repeat(5000)}§`,
  `{"password":"${'a'.repeat(20_000)}§"}`,
  `{"secrets":[${'"aaaaaaaaa",'.repeat(3000)}"§"]}`,
  `eyJhbGciOiJIUzI1NiJ9.${'a'.repeat(20_000)}§`,
  `Bearer A1${'a'.repeat(9000)}§`,
  `-----BEGIN PRIVATE KEY-----${'a'.repeat(40_000)}§`,
];

const CARDS: readonly string[] = [
  '4111.1111.1111.1111',
  '4111\u00a01111\u00a01111\u00a01111',
  '4111\u20131111\u20131111\u20131111',
  '4111  1111  1111  1111',
  '4111\t1111\t1111\t1111',
  '4111_1111_1111_1111',
  '4111/1111/1111/1111',
  '4111+1111+1111+1111',
  '41111111 11111111',
  '4111 1111 1111 1111 12/26',
  'pay 20 4111 1111 1111 1111 2026',
  '%B4111111111111111^DOE/J^2512',
  ';4111111111111111=2512101',
  'card#4111111111111111.',
  String.raw`{"note":"line\n4111 1111 1111 1111 x"}`,
  '{"cards":[4111111111111111,42]}',
  String.raw`{"inner":"{\"cards\":[4111111111111111,42]}"}`,
];

describe('secrets that hide', () => {
  for (const text of TEXTS) {
    it(`do not come through: ${text.slice(0, 60).trim()}`, () => {
      const redacted = policy.redactText(text.replace('§', SECRET));
      expect(redacted).not.to.include(SECRET);
      if (isJson(text)) expect(isJson(redacted), redacted).to.equal(true);
    });
  }

  for (const text of CARDS) {
    it(`are card numbers, too: ${text}`, () => {
      const redacted = policy.redactText(text);
      expect(redacted)
        .to.match(/\[pan:1111\]/)
        .and.not.match(/4111|1111.?1111/);
      if (isJson(text)) expect(isJson(redacted), redacted).to.equal(true);
    });
  }

  it('leave what stands beside them', () => {
    expect(policy.redactText('{"a":"password: ","b":"x"}')).to.equal('{"a":"password: ","b":"x"}');
    expect(policy.redactText('(password=x1, user=bob)')).to.equal(
      '(password=[password], user=bob)',
    );
    expect(policy.redactText(String.raw`{"n":"\u003calice@shop.example\u003e"}`)).to.equal(
      String.raw`{"n":"\u003c[email]\u003e"}`,
    );
    expect(policy.redactText('authorization: denied for bob')).to.equal(
      'authorization: denied for bob',
    );
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
