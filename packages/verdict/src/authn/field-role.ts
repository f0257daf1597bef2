/** What a field of a form is there for, by its name alone. */
import { RecentAnswers } from '@spanguard/memory';

/**
 * - `name`: names a user in a login; `weak_name` does so only where a password stands beside it, since orders,
 *   products and machines have names and accounts as well.
 * - `contact`: a telephone number, which names a user beside a password or a code.
 * - `password` and `code`: what a user knows, and what was sent to them or is made by their device.
 * - `old_password`, `new_password`, `repeated_password`: as asked where passwords are chosen.
 * - `refresh_token`: asks for a new token.
 * - `profile`: who somebody is, as asked where accounts are made.
 * - `beside`: stands in login forms and is none of these.
 */
export type FieldRole =
  | 'name'
  | 'weak_name'
  | 'contact'
  | 'password'
  | 'code'
  | 'old_password'
  | 'new_password'
  | 'repeated_password'
  | 'refresh_token'
  | 'profile'
  | 'beside'
  | 'other';

const nameCharsMax = 64;

// Names are compared without case, `-` and `_`, in the order they are asked. `client_id` and `client_secret`
// are not among them: a client is no user.
const NAMES: readonly string[] = [
  ...['username', 'email', 'login', 'user', 'identifier', 'userlogin', 'loginname', 'loginid'],
  ...[
    'emailaddress',
    'mail',
    'usermail',
    'useremail',
    'usernameoremail',
    'emailorusername',
    'userid',
  ],
];
const WEAK_NAMES: readonly string[] = [
  ...['account', 'accountname', 'accountid', 'handle', 'nickname', 'nick', 'member', 'memberid'],
  ...['customerid', 'employeeid', 'name', 'id', 'uid', 'dn', 'principal', 'subject'],
];
const CONTACTS: readonly string[] = [
  'phone',
  'phonenumber',
  'mobile',
  'mobilenumber',
  'msisdn',
  'tel',
];
const RANKS: ReadonlyMap<string, number> = new Map(
  [...NAMES, ...CONTACTS, ...WEAK_NAMES].map((name, rank) => [name, rank]),
);

const PASSWORD =
  'pass(?:word|wd|phrase|wort|code|key)?|passwd|pwd|kennwort|senha|contrasena|motdepasse';
const BY_PATTERN: readonly (readonly [RegExp, FieldRole])[] = [
  [/^(?:current|old|existing|previous|present|actual)(?:user)?(?:pass|pwd|pin)/u, 'old_password'],
  [/^new(?:user)?(?:pass|pwd|pin)(?!wordconf)/u, 'new_password'],
  [
    /^(?:confirm|confirmation|confirmed|repeat|repeated|retype|re|verify|again)(?:new)?(?:pass|pwd)/u,
    'repeated_password',
  ],
  [
    /^(?:new)?(?:pass(?:word|wd)?|pwd)(?:confirm|repeat|again|verif|check|two|2)/u,
    'repeated_password',
  ],
  [new RegExp(`^(?:user|login|account|admin|auth)?(?:${PASSWORD})$`, 'u'), 'password'],
  [
    /^(?:user|login|account|verification|mfa|otp|totp|twofactor|onetime|sms|auth)?(?:pin|pincode|otp|totp|code|secret)$/u,
    'code',
  ],
  [/^refresh(?:token)?$/u, 'refresh_token'],
  [
    /^(?:first|last|full|display|given|family|real|middle)name$|^surname$|^birth|^dateofbirth$|^(?:agree|accept|terms)|^gender$|^country$/u,
    'profile',
  ],
  [
    /^$|^utf8$|^(?:csrf|xsrf|remember|stay|keep|redirect|return|next|lang|locale|state|scope|granttype|clientid|submit|commit|captcha|grecaptcha|callbackurl|json|nonce)/u,
    'beside',
  ],
];

/** The name as it is compared: without case, `-`, `_` and blanks; of `user[email]` its innermost part. */
function comparable(name: string): string {
  const inner = /\[([^[\]]{1,64})\]$/u.exec(name)?.[1] ?? name;
  return inner
    .slice(0, nameCharsMax)
    .toLowerCase()
    .replaceAll(/[-_.\s]/gu, '');
}

/** A field of a form. */
export interface Field {
  readonly role: FieldRole;
  /** Which of several fields that name a user is asked first: the lower. */
  readonly rank: number;
}

// Forms repeat their names, and a name says the same each time.
const known = new RecentAnswers<Field>({ answersMax: 512, charactersMax: nameCharsMax });

/** What a field is there for, however a form spells its name. */
export function fieldNamed(name: string): Field {
  const found = known.get(name);
  if (found !== undefined) return found;
  const field = judge(comparable(name));
  known.set(name, field);
  return field;
}

function judge(key: string): Field {
  const rank = RANKS.get(key) ?? Number.POSITIVE_INFINITY;
  if (rank < NAMES.length) return { role: 'name', rank };
  if (rank < NAMES.length + CONTACTS.length) return { role: 'contact', rank };
  if (Number.isFinite(rank)) return { role: 'weak_name', rank };
  return { role: BY_PATTERN.find(([pattern]) => pattern.test(key))?.[1] ?? 'other', rank };
}
