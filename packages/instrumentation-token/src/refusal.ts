/** Why a library refused a token, in our own words: its message may quote the token. */
import { isObject } from '@spanguard/verdict';

/** Why a token was refused. */
export type Refusal =
  | 'expired'
  | 'not_before'
  | 'invalid_signature'
  | 'malformed'
  | 'algorithm'
  | 'audience'
  | 'issuer'
  | 'claims';

const messageCharsMax = 256;

const BY_CODE: ReadonlyMap<string, Refusal> = new Map<string, Refusal>([
  ['ERR_JWT_EXPIRED', 'expired'],
  ['ERR_JWS_SIGNATURE_VERIFICATION_FAILED', 'invalid_signature'],
  // Signed with a key that is not among the issuer's.
  ['ERR_JWKS_NO_MATCHING_KEY', 'invalid_signature'],
  ['ERR_JWE_DECRYPTION_FAILED', 'invalid_signature'],
  ['ERR_JOSE_ALG_NOT_ALLOWED', 'algorithm'],
  ['ERR_JWS_INVALID', 'malformed'],
  ['ERR_JWT_INVALID', 'malformed'],
  ['ERR_JWE_INVALID', 'malformed'],
  ['FAST_JWT_EXPIRED', 'expired'],
  ['FAST_JWT_INACTIVE', 'not_before'],
  ['FAST_JWT_INVALID_SIGNATURE', 'invalid_signature'],
  ['FAST_JWT_MISSING_SIGNATURE', 'invalid_signature'],
  ['FAST_JWT_INVALID_ALGORITHM', 'algorithm'],
  ['FAST_JWT_MALFORMED', 'malformed'],
  ['FAST_JWT_INVALID_PAYLOAD', 'malformed'],
  ['FAST_JWT_MISSING_REQUIRED_CLAIM', 'claims'],
  ['FAST_JWT_INVALID_CLAIM_TYPE', 'claims'],
]);

const BY_CLAIM: ReadonlyMap<string, Refusal> = new Map<string, Refusal>([
  ['aud', 'audience'],
  ['iss', 'issuer'],
  ['nbf', 'not_before'],
  ['exp', 'expired'],
]);

// jsonwebtoken and hapi have no codes; the order matters.
const BY_MESSAGE: readonly [words: RegExp, refusal: Refusal][] = [
  [/^(?:jwt expired|maxage exceeded|token expired|token maximum age exceeded)$/iu, 'expired'],
  [/^(?:jwt not active|token not yet active)$/iu, 'not_before'],
  [
    /^(?:invalid signature|jwt signature is required|invalid token signature)$/iu,
    'invalid_signature',
  ],
  [/^(?:invalid algorithm|unsupported algorithm|token header missing alg)/iu, 'algorithm'],
  [/\baudience\b|\baud value\b/iu, 'audience'],
  [/\bissuer\b|\biss value\b/iu, 'issuer'],
  [/^(?:jwt malformed|invalid token|token contains header)/iu, 'malformed'],
  [
    /^(?:jwt \w+ invalid|invalid \w+ value|(?:missing or )?invalid payload|token (?:missing )?payload)/iu,
    'claims',
  ],
];

/** The reason in an error; `undefined` where the error says nothing of the token. */
export function refusalOf(error: unknown): Refusal | undefined {
  // Parts that are no JSON: jsonwebtoken lets the parser's own error through.
  if (error instanceof SyntaxError) return 'malformed';
  if (!isObject(error)) return undefined;
  const code: unknown = Reflect.get(error, 'code');
  if (typeof code === 'string') {
    const known = BY_CODE.get(code);
    if (known !== undefined) return known;
    if (code === 'ERR_JWT_CLAIM_VALIDATION_FAILED') return byClaim(Reflect.get(error, 'claim'));
    if (code === 'FAST_JWT_INVALID_CLAIM_VALUE') return byClaim(claimInMessage(error));
    return undefined;
  }
  const message = messageOf(error);
  return BY_MESSAGE.find(([words]) => words.test(message))?.[1];
}

function byClaim(claim: unknown): Refusal {
  return (typeof claim === 'string' ? BY_CLAIM.get(claim) : undefined) ?? 'claims';
}

// "The aud claim value is not allowed.", "None of aud claim values are allowed."
function claimInMessage(error: object): string | undefined {
  return /\b(\w+) claim\b/u.exec(messageOf(error))?.[1];
}

function messageOf(error: object): string {
  const message: unknown = Reflect.get(error, 'message');
  return typeof message === 'string' ? message.slice(0, messageCharsMax) : '';
}
