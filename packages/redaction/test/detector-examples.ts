/** Texts that detectors find, and names and signs to put around them. Texts are made up. */
import { VENDOR_TOKENS } from '../src/detectors/vendor-token.ts';
import { SENSITIVE_NAMES } from '../src/keys/key-words.ts';

/** By detector; a test holds that each has one and finds it. */
export const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  private_key: [
    '-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIB\n-----END RSA PRIVATE KEY-----',
    '-----BEGIN PRIVATE KEY-----MIIE',
  ],
  url_userinfo: ['https://bob:pw@shop.example/', 'redis://:pw@host:6379'],
  named_secret: [
    'password=hunter2',
    '"token": "abc def"',
    "'secret':['a','b']",
    '{"pin":{"a":1}}',
    '<pin>12</pin>',
    'Cookie: a=b; c=d',
    'authorization: Digest abc, def',
    'ssn=078 05 1120',
    'token: Bearer abc',
  ],
  credentials: ['Bearer abcdefgh12345678', 'basic+QWxhZGRpbjpv', 'Basic%20QWxhZGRpbjpv'],
  jwt: ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln'],
  vendor_token: [
    'AKIAIOSFODNN7EXAMPLE',
    'sk_live_abcdefghijklmnop',
    `SG.${'a'.repeat(20)}.${'b'.repeat(20)}`,
  ],
  pan: [
    '4111 1111 1111 1111',
    '4111111111111111',
    '3782-822463-10005',
    '4111%201111%201111%201111',
  ],
  ssn: ['078-05-1120'],
  iban: ['DE89370400440532013000', 'GB82 WEST 1234 5698 7654 32'],
  email: ['alice@shop.example', 'bob%40shop.example', 'carol\\u0040shop.example'],
};

/** What stands between a name and its value, around values, and between them. */
export const SIGNS: readonly string[] = [
  ...[
    '=',
    ':',
    ': ',
    ' = ',
    '=>',
    ':=',
    '%3D',
    '%3A',
    '>',
    '<',
    '/',
    '?',
    '&',
    ';',
    ',',
    ', ',
    ' ',
  ],
  ...['"', "'", '\\"', '\\\\\\"', '\\u0022', '%22', '`', '{', '}', '[', ']', '(', ')', '\\', '%'],
  ...[
    '\n',
    '\t',
    '\\n',
    '\r\n',
    '.',
    '-',
    '_',
    '@',
    '+',
    '\u00a0',
    '\u2013',
    'é',
    '%20',
    '%25',
    '#',
  ],
];

/** All names behind which something is looked for. */
export const NAMES: readonly string[] = [
  ...Object.values(SENSITIVE_NAMES).flat(),
  ...['Card Number', 'x-api-key', 'user[password]', 'pass\\u0077ord', 'pass%77ord', 'private_key'],
];

/** Fixed beginnings of values. */
export const PREFIXES: readonly string[] = [
  ...VENDOR_TOKENS.map(({ prefix }) => prefix),
  ...['-----BEGIN ', '-----END ', '-----BEGIN PRIVATE KEY-----', 'eyJ', 'Bearer ', 'basic ', '://'],
  ...['[filtered', '[pan:', '[token]', 'null', '***', '${', '{{', '%4', '\\u00', 'xn--'],
];
