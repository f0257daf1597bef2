import { expect } from 'chai';
import { compilePolicy } from '../policy/redaction-policy.ts';

const policy = compilePolicy();
const LINE = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj';

function redacts(text: string, expected: string): void {
  const redacted = policy.redactText(text);
  expect(redacted).to.equal(expected);
  expect(policy.redactText(redacted)).to.equal(expected);
}

describe('private keys', () => {
  const END = '-----END RSA PRIVATE KEY-----';
  const cases: readonly [string, string, string][] = [
    ['with an end alone', `${LINE}\n${LINE}\nab==\n${END} x`, '[private_key] x'],
    ['cut within a line', `cut: ${LINE}\n${END}`, 'cut: [private_key]'],
    ['of one short line', `ab12==\n${END}`, '[private_key]'],
    ['in JSON', `{"k":"${LINE}\\n${LINE}\\n${END}\\n","x":1}`, '{"k":"[private_key]\\n","x":1}'],
    [
      'in JSON in JSON',
      `"{\\"k\\":\\"${LINE}\\\\r\\\\nab==\\\\n${END}\\"}"`,
      '"{\\"k\\":\\"[private_key]\\"}"',
    ],
    ['with escaped slashes', `"k":"ab\\/${LINE}\\/cd\\n${END}"`, '"k":"[private_key]"'],
    ['with blanks for line breaks', `${LINE} ${LINE} ${END}`, '[private_key]'],
    ['with a beginning alone', `x -----BEGIN PRIVATE KEY-----\n${LINE}`, 'x [private_key]'],
  ];
  for (const [how, text, expected] of cases) it(`go ${how}`, () => redacts(text, expected));

  const clean: readonly string[] = [
    `the file ends with ${END}`,
    `no ${END}`,
    END,
    `${LINE}\n-----END CERTIFICATE-----`,
    `${LINE}\n-----END PUBLIC KEY-----`,
    `-----END PRIVATE-----`,
  ];
  for (const text of clean)
    it(`are not ${JSON.stringify(text.slice(0, 40))}`, () => redacts(text, text));

  it('leave what stands before them', () => {
    redacts(`loaded the key from disk\n${LINE}\n${END}`, 'loaded the key from disk\n[private_key]');
  });
});
