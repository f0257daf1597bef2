/** Passwords checked with Node's own functions: a key is derived, then compared. Neither alone is a check. */
import {
  type LibraryMethod,
  type MethodWrapper,
  type RequestSecurity,
  currentRequestSecurity,
  guard,
} from '@spanguard/instrumentation';
import { tellCheck } from './password-check.ts';

/** A derivation whose result is still to be compared: by which function, and how long the key is. */
interface Derivation {
  readonly method: string;
  readonly keyBytes: number;
}

// Some compare a hash of the key in its place.
const hashBytes = 32;

const derivations = new WeakMap<RequestSecurity, Derivation>();

/** Wraps a derivation that takes the length of its key as argument number `keyBytesAt`. */
export function observeDerivation(method: string, keyBytesAt: number): MethodWrapper {
  const note = guard(`password.${method}`, (keyBytes: unknown) => {
    const record = currentRequestSecurity();
    if (record === undefined || typeof keyBytes !== 'number') return;
    derivations.set(record, { method, keyBytes });
  });
  return (original) =>
    function derive(this: unknown, ...args) {
      note(args[keyBytesAt]);
      return Reflect.apply(original, this, args);
    };
}

/** Wraps `timingSafeEqual`, which by itself compares anything: tokens of forms, signatures, cookies. */
export function observeEqual(original: LibraryMethod): LibraryMethod {
  return function timingSafeEqual(this: unknown, ...args) {
    const isEqual = Reflect.apply(original, this, args);
    noteEqual(isEqual, args[0]);
    return isEqual;
  };
}

const noteEqual = guard('password.timing_safe_equal', (isEqual: unknown, compared: unknown) => {
  const record = currentRequestSecurity();
  const derivation = record && derivations.get(record);
  if (record === undefined || derivation === undefined) return;
  // Shorter than the key: something else. Longer: the key as hexadecimal or base64, or with its salt.
  const bytesMin = Math.min(derivation.keyBytes, hashBytes);
  if (typeof isEqual !== 'boolean' || bytesOf(compared) < bytesMin) return;
  // One derivation is one check; what is compared after it has nothing to do with it.
  derivations.delete(record);
  tellCheck(record, derivation.method, isEqual);
});

function bytesOf(compared: unknown): number {
  return ArrayBuffer.isView(compared) || compared instanceof ArrayBuffer ? compared.byteLength : 0;
}
