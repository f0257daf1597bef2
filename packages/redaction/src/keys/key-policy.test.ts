import { expect } from 'chai';
import { assert, boolean, constantFrom, infiniteStream, property, record } from 'fast-check';
import { compilePolicy } from '../policy/redaction-policy.ts';
import { CLASS_NAMES, classOf, KEY_DECISION, KeyPolicy } from './key-policy.ts';
import { SENSITIVE_NAMES } from './key-words.ts';

const keys = new KeyPolicy({ keep: [], redact: [], drop: [], only: [] });
const policy = compilePolicy();

function judged(name: string): string | undefined {
  const bytes = Buffer.from(name);
  return classOf(keys.classify(bytes, 0, bytes.length));
}

function decided(name: string): number {
  const bytes = Buffer.from(name);
  return keys.classify(bytes, 0, bytes.length);
}

/** How the letters of a name may be written where it stands in a document or target. */
const WRITTEN = {
  plain: (letter: string) => letter,
  percent: (letter: string) => `%${letter.charCodeAt(0).toString(16)}`,
  unicode: (letter: string) => `\\u00${letter.charCodeAt(0).toString(16)}`,
  'unicode within a text': (letter: string) => `\\\\u00${letter.charCodeAt(0).toString(16)}`,
} as const;

describe('names', () => {
  const sensitive: readonly [string, string][] = [
    ['passWord', 'password'],
    ['PaSsWoRd', 'password'],
    ['userPassWord2', 'password'],
    ['DBPASSword', 'password'],
    ['pass_word', 'password'],
    ['APIkey', 'api_key'],
    ['apIKey', 'api_key'],
    ['myAPIkey', 'api_key'],
    ['XApiKEY', 'api_key'],
    ['PHPSessId', 'session'],
    ['clientSECRET', 'secret'],
    ['connectionstring', 'secret'],
    ['tokens', 'token'],
    ['refreshTokens', 'token'],
    ['user.accesstokens', 'token'],
    ['api_keys', 'api_key'],
    ['apikeys', 'api_key'],
    ['x-api-keys', 'api_key'],
    ['passwords', 'password'],
    ['oldPasswords', 'password'],
    ['clientSecrets', 'secret'],
    ['secret_keys', 'secret'],
    ['session_ids', 'session'],
    ['recovery_codes', 'otp'],
    ['cardNumbers', 'pan'],
    ['cvv2', 'cvv'],
  ];
  for (const [name, label] of sensitive) {
    it(`are told whatever their case and number: ${name}`, () => {
      expect(judged(name)).to.equal(label);
    });
  }

  const harmless: readonly string[] = [
    ...['max_tokens', 'maxTokens', 'max_new_tokens', 'total_tokens', 'completion_tokens'],
    ...['gen_ai.usage.input_tokens', 'llm.usage.outputTokens', 'prompttokens', 'stop_tokens'],
    ...['publicKeys', 'primary_keys', 'keys', 'compass', 'sId', 'order_ids', 'status_codes'],
    ...['line_numbers', 'tickets', 'pins', 'pans', 'nextPageToken', 'tokenizer', 'valid'],
    ...['span', 'HTTPSpan', 'spin', 'author', 'passenger', 'keyboard', 'numbers', 'strings'],
  ];
  for (const name of harmless) {
    it(`hold no secret: ${name}`, () => {
      expect(judged(name)).to.equal(undefined);
    });
  }

  it('that count tokens keep their numbers, and nothing else', () => {
    expect(policy.redactAttribute('tokens', 512)).to.equal(512);
    expect(policy.redactAttribute('tokens', [101, 7592])).to.deep.equal([101, 7592]);
    expect(policy.redactAttribute('tokens', 'tok1')).to.equal('[token]');
    expect(policy.redactAttribute('tokens', 12_345_678_901)).to.equal(12_345_678_901);
    expect(policy.redactAttribute('tokens', 123_456_789_012)).to.equal('[token]');
    expect(policy.redactAttribute('token', 512)).to.equal('[token]');
    expect(policy.redactAttribute('passwords', 512)).to.equal('[password]');
    const text = '{"tokens":512,"ids":{"tokens":[101, 7592]}} tokens=512';
    expect(policy.redactText(text)).to.equal(text);
    expect(policy.redactText('{"tokens":["a1"]} tokens: b2')).to.equal(
      '{"tokens":"[token]"} tokens: [token]',
    );
  });

  it('of every class are told in any case, and written in any way', () => {
    const known = CLASS_NAMES.flatMap((label) =>
      SENSITIVE_NAMES[label].map((name) => ({ label, name })),
    );
    assert(
      property(
        constantFrom(...known),
        constantFrom('', ' ', '_', '-', '.'),
        infiniteStream(record({ isUpper: boolean(), isEscaped: boolean() })),
        constantFrom(...Object.values(WRITTEN)),
        ({ label, name }, separator, styles, write) => {
          const letters = Array.from(name.replaceAll(' ', separator), (letter) => {
            const { isUpper, isEscaped } = styles.next().value;
            const cased = isUpper ? letter.toUpperCase() : letter;
            return isEscaped && /[a-z]/.test(letter) ? write(cased) : cased;
          });
          const written = letters.join('');
          // `sId` is the id of something; what is longer than any name is cut.
          if (name === 'sid' || written.length > 128) return;
          expect(judged(written), written).to.equal(label);
        },
      ),
      { numRuns: 10_000 },
    );
  });

  it('in a document, a query and a line are told however their letters are escaped', () => {
    const names = ['token', 'secret', 'password', 'api_key', 'client_secret', 'jwt', 'passphrase'];
    assert(
      property(constantFrom(...names), infiniteStream(boolean()), (name, isEscaped) => {
        const written = (how: keyof typeof WRITTEN): string =>
          Array.from(name, (letter) =>
            isEscaped.next().value ? WRITTEN[how](letter) : letter,
          ).join('');
        for (const text of [
          `{"${written('unicode')}":"hunter2Zq9","a":"b"}`,
          `{"a":"{\\"${written('unicode within a text')}\\":\\"hunter2Zq9\\"}"}`,
          `/x?a=b&${written('percent')}=hunter2Zq9`,
          `${written('percent')}%3Dhunter2Zq9`,
        ]) {
          expect(policy.redactText(text), text).not.to.include('hunter2Zq9');
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('of identifiers, URLs and nothing are what they were', () => {
    expect(decided('order.id')).to.equal(KEY_DECISION.identifier);
    expect(decided('http.route')).to.equal(KEY_DECISION.none);
  });
});
