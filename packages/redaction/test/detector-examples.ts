/** Texts that detectors find, and names and signs to put around them. Texts are made up. */
import { credentialsDetector } from '../src/detectors/credentials.ts';
import type { Detector } from '../src/detectors/detector.ts';
import { emailDetector } from '../src/detectors/email.ts';
import { ibanDetector } from '../src/detectors/iban.ts';
import { insertedSecretDetector } from '../src/detectors/inserted-secret.ts';
import { jwtDetector } from '../src/detectors/jwt.ts';
import { listedSecretDetector } from '../src/detectors/listed-secret.ts';
import { namedSecretDetector } from '../src/detectors/named-secret.ts';
import { optionSecretDetector } from '../src/detectors/option-secret.ts';
import { panDetector } from '../src/detectors/pan.ts';
import { privateKeyDetector } from '../src/detectors/private-key.ts';
import { ssnDetector } from '../src/detectors/ssn.ts';
import { toldSecretDetector } from '../src/detectors/told-secret.ts';
import { urlUserinfoDetector } from '../src/detectors/url-userinfo.ts';
import { VENDOR_TOKENS, vendorTokenDetector } from '../src/detectors/vendor-token.ts';
import { SENSITIVE_NAMES } from '../src/keys/key-words.ts';

/** A test holds that each detector of the registry has some and finds them. */
export const EXAMPLES_OF: ReadonlyMap<Detector, readonly string[]> = new Map([
  [
    privateKeyDetector,
    [
      '-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIB\n-----END RSA PRIVATE KEY-----',
      '-----BEGIN PRIVATE KEY-----MIIE',
    ],
  ],
  [urlUserinfoDetector, ['https://bob:pw@shop.example/', 'redis://:pw@host:6379']],
  [
    namedSecretDetector,
    [
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
  ],
  [listedSecretDetector, ['["x-api-key","abc 1"]', "[['password','x']]", '["--password","x"]']],
  [optionSecretDetector, ['--password hunter2', ' -Password hunter2']],
  [toldSecretDetector, ["IDENTIFIED BY 'hunter2'", 'wrong password "a b c"']],
  [insertedSecretDetector, ["INSERT INTO u (name, password) VALUES ('bob', 'hunter2')"]],
  [credentialsDetector, ['Bearer abcdefgh12345678', 'basic+QWxhZGRpbjpv', 'Basic%20QWxhZGRpbjpv']],
  [jwtDetector, ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln']],
  [
    vendorTokenDetector,
    ['AKIAIOSFODNN7EXAMPLE', 'sk_live_abcdefghijklmnop', `SG.${'a'.repeat(20)}.${'b'.repeat(20)}`],
  ],
  [
    panDetector,
    ['4111 1111 1111 1111', '4111111111111111', '3782-822463-10005', '4111%201111%201111%201111'],
  ],
  [ssnDetector, ['078-05-1120']],
  [ibanDetector, ['DE89370400440532013000', 'GB82 WEST 1234 5698 7654 32']],
  [emailDetector, ['alice@shop.example', 'bob%40shop.example', 'carol\\u0040shop.example']],
]);

/** All of them. */
export const EXAMPLES: readonly string[] = [...EXAMPLES_OF.values()].flat();

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
