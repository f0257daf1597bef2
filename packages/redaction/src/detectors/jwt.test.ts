import { expect } from 'chai';
import { assert, constantFrom, dictionary, jsonValue, property, string } from 'fast-check';
import { compilePolicy } from '../policy/redaction-policy.ts';

const policy = compilePolicy();

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

describe('JSON Web Tokens', () => {
  it('have a header that is a JSON object', () => {
    assert(
      property(
        constantFrom('alg', 'typ', 'kid'),
        string({ maxLength: 40 }),
        dictionary(string(), jsonValue(), { maxKeys: 3 }),
        (name, value, claims) => {
          const token = `${encoded({ [name]: value, x: 1 })}.${encoded(claims)}.c2lnbmF0dXJl`;
          expect(policy.redactText(`a ${token} b`)).to.equal('a [jwt] b');
        },
      ),
    );
  });

  it('may have a header longer than is decoded', () => {
    const token = `${encoded({ alg: 'RS256', x5c: ['A'.repeat(20_000)] })}.e30.c2ln`;
    expect(policy.redactText(token)).to.equal('[jwt]');
  });

  for (const text of [
    'eyJsonReaderFactory.create.run',
    'com.eyJsonReaderFactory.create',
    'eyJsonReader_factory-2.create.run.now',
    `eyJ${'sonReader'.repeat(600)}.create.run`,
    encoded({ alg: 'none' }),
  ]) {
    it(`are not ${text.slice(0, 40)}`, () => {
      expect(policy.redactText(text)).to.equal(text);
    });
  }
});
