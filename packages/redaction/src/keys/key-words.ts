/** What names of attributes, parameters and members say of their values. */

/** Classes of sensitive keys, each the label of its replacement. The order numbers decisions; never reorder. */
export const SENSITIVE_CLASSES = [
  'password',
  'secret',
  'token',
  'api_key',
  'authorization',
  'cookie',
  'signature',
  'session',
  'cvv',
  'pin',
  'otp',
  'pan',
  'ssn',
] as const;

/** A class of sensitive keys. */
export type SensitiveName = (typeof SENSITIVE_CLASSES)[number];

/** The words that end a name of each class. */
export const SENSITIVE_NAMES: Readonly<Record<SensitiveName, readonly string[]>> = {
  password: [
    ...['password', 'passwd', 'passphrase', 'passcode', 'pwd', 'pass', 'passwort', 'kennwort'],
    ...[
      'mot de passe',
      'contrasena',
      'senha',
      'new password',
      'old password',
      'password confirmation',
    ],
    ...['password confirm', 'confirm password', 'pass word', 'pass phrase', 'pass code'],
  ],
  secret: [
    ...['secret', 'client secret', 'secret key', 'private key', 'signing key', 'encryption key'],
    ...[
      'master key',
      'shared key',
      'webhook secret',
      'credential',
      'credentials',
      'creds',
      'secrets',
    ],
    ...['account key', 'storage key', 'connection string', 'conn str', 'dsn'],
  ],
  token: [
    ...[
      'token',
      'access token',
      'refresh token',
      'id token',
      'auth token',
      'bearer',
      'jwt',
      'xsrf',
      'csrf',
    ],
    ...['assertion', 'client assertion', 'saml response', 'ticket', 'nonce secret', 'magic link'],
  ],
  api_key: [
    'api key',
    'apikey',
    'access key',
    'access key id',
    'subscription key',
    'app key',
    'auth key',
  ],
  authorization: ['authorization', 'proxy authorization', 'x authorization'],
  cookie: ['cookie', 'set cookie', 'cookies'],
  signature: [
    'x amz signature',
    'x goog signature',
    'x amz security token',
    'x amz credential',
    'sig',
  ],
  session: [
    'session id',
    'sessionid',
    'sid',
    'jsessionid',
    'phpsessid',
    'session key',
    'session token',
  ],
  cvv: [
    'cvv',
    'cvv2',
    'cvc',
    'cvc2',
    'csc',
    'cid code',
    'card code',
    'security code',
    'card verification value',
  ],
  pin: ['pin', 'pin code', 'pincode', 'card pin'],
  otp: [
    'otp',
    'otp code',
    'totp',
    'mfa code',
    '2fa code',
    'one time code',
    'verification code',
    'sms code',
    'recovery code',
  ],
  pan: [
    'card number',
    'cardnumber',
    'credit card',
    'credit card number',
    'cc number',
    'ccnum',
    'pan',
  ],
  ssn: ['ssn', 'social security number', 'social security', 'national insurance number', 'tax id'],
};

/** Last words of sensitive names that are as sensitive in the plural; `tickets` and `pins` are other things. */
const WORDS_WITH_PLURAL: ReadonlySet<string> = new Set([
  ...['password', 'passwd', 'passphrase', 'passcode', 'pwd', 'passwort', 'senha', 'secret'],
  ...['credential', 'key', 'token', 'jwt', 'apikey', 'cvv', 'otp', 'ssn', 'sessionid', 'id'],
  ...['code', 'number', 'cardnumber', 'card', 'string'],
]);

/** The plural of a sensitive name; undefined where it would mean something else. */
export function pluralOf(name: string): string | undefined {
  const last = name.slice(name.lastIndexOf(' ') + 1);
  return WORDS_WITH_PLURAL.has(last) ? `${name}s` : undefined;
}

/** What stands before `tokens` where they are counted: `max_tokens`, `usage.input_tokens`. */
const COUNTED_TOKENS: readonly string[] = [
  ...['max', 'min', 'total', 'prompt', 'completion', 'input', 'output', 'new', 'num', 'n', 'used'],
  ...['cached', 'cache', 'read', 'reasoning', 'thinking', 'audio', 'image', 'text', 'prediction'],
  ...['remaining', 'usage', 'context', 'generated', 'budget', 'limit', 'stop', 'special', 'extra'],
];

/** Names that end in a sensitive word and hold no secret: cursors, kinds, counts, policies. */
export const HARMLESS_NAMES: readonly string[] = [
  ...[
    'page token',
    'next token',
    'next page token',
    'continuation token',
    'sync token',
    'cursor token',
  ],
  ...[
    'start token',
    'resume token',
    'max token',
    'stop token',
    'change token',
    'lock token',
    'fencing token',
  ],
  ...['public key', 'primary key', 'test pass', 'no pass', 'bypass', 'compass'],
  ...['user pass count', 'db pass count', 'render pass', 'did pass', 'boarding pass'],
  ...['public keys', 'primary keys'],
  ...COUNTED_TOKENS.map((word) => `${word} tokens`),
];

/** Endings of last words that are too telling to need a boundary: `dbpassword`, `csrfmiddlewaretoken`. */
export const RUN_TOGETHER: readonly (readonly [string, SensitiveName])[] = [
  ['password', 'password'],
  ['passwd', 'password'],
  ['passphrase', 'password'],
  ['pwd', 'password'],
  ['sessionid', 'session'],
  ['sessid', 'session'],
  ['apikey', 'api_key'],
  ['accesskey', 'api_key'],
  ['secretkey', 'secret'],
  ['privatekey', 'secret'],
  ['secret', 'secret'],
  ['token', 'token'],
  ['cardnumber', 'pan'],
];

/** Endings of last words that contain one of these and hold no secret. */
export const HARMLESS_ENDINGS: readonly string[] = [
  ...['nexttoken', 'pagetoken', 'continuationtoken', 'synctoken', 'cursortoken', 'resumetoken'],
  ...['oldpwd', 'starttoken', 'stoptoken', 'maxtokens', 'totaltokens', 'newtokens'],
  ...['prompttokens', 'completiontokens', 'inputtokens', 'outputtokens'],
];

const SENSITIVE_PARAMETERS: ReadonlySet<string> = new Set(['signature', 'hmac', 'code_verifier']);

/** Names that are sensitive as parameters of a URL or form, and mean other things elsewhere. */
export function isSensitiveParameter(name: string): boolean {
  return SENSITIVE_PARAMETERS.has(name.toLowerCase());
}

/** Names of values whose own name stands beside them: `{"name":"password","value":"x"}`. */
export const VALUE_NAMES: readonly string[] = ['value', 'val'];

/** Names of such names. A `type` is one only where it says password: that of a field in a form. */
export const NAME_NAMES: readonly string[] = [
  ...['name', 'key', 'k', 'header', 'field', 'param', 'parameter', 'property', 'attribute', 'type'],
  ...['variable', 'option', 'setting', 'argument', 'column'],
];

/** All names behind which something sensitive may stand: what a prefilter has to know. */
export function sensitiveEndings(): readonly string[] {
  const names = Object.values(SENSITIVE_NAMES).flat();
  const plurals = names.map((name) => pluralOf(name)).filter((name) => name !== undefined);
  return [
    ...[...names, ...plurals, ...SENSITIVE_PARAMETERS, ...VALUE_NAMES, 'identified by'],
    ...RUN_TOGETHER.map(([ending]) => ending),
  ];
}

/**
 * Names whose values are long numbers that may look like anything: their bare digits prove nothing.
 * Short ones (ports, lines, counts of items) need no word here, and would only cost time.
 */
export const IDENTIFIER_NAMES: readonly string[] = [
  ...['id', 'ids', 'uid', 'guid', 'uuid', 'offset', 'total', 'bytes', 'time', 'timestamp', 'ts'],
  ...['date', 'at', 'ms', 'ns', 'us', 'nanos', 'unix', 'epoch', 'duration', 'seq', 'sequence'],
  ...['revision', 'hash', 'checksum', 'etag', 'order', 'order number', 'invoice', 'tracking'],
  ...['reference', 'ref', 'sku', 'serial', 'fingerprint', 'digest', 'parent', 'traceparent'],
  // `sId` is an id of something, and no session's.
  ...['tracestate', 's id'],
];

/** Names of attributes that hold a URL, a request target or a query (OpenTelemetry semantic conventions). */
export const URL_NAMES: readonly string[] = [
  ...['url full', 'url query', 'url original', 'http url', 'http target', 'referer', 'location'],
];
