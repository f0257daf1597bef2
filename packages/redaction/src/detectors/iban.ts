/** Bank account numbers (IBAN), together or in groups. */
import { ibanLength, ibanValid } from '../validators/iban.ts';
import { CLASS, isClass } from './byte-classes.ts';
import type { Detector, Scanned } from './detector.ts';
import { isEscapeEnd } from './text-escapes.ts';

const SPACE = 0x20;
const CAPITALS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Looks from the country on. Capitals only: small letters and digits are what hashes are made of. */
export const ibanDetector: Detector = {
  name: 'iban',
  triggers: CAPITALS,
  marked: 'trigger',
  findAt: (value, at) => {
    const { bytes, start, end } = value;
    if (!isClass(at + 2 < end ? bytes[at + 2] : 0, CLASS.digit)) return undefined;
    const isInWord = at > start && isClass(bytes[at - 1], CLASS.digit | CLASS.letter);
    if (isInWord && !isEscapeEnd(bytes, start, at - 1)) return undefined;
    const length = ibanLength(String.fromCharCode(bytes[at] ?? 0, bytes[at + 1] ?? 0));
    if (length === 0) return undefined;
    const read = readCapitals(value, at, length);
    if (read === undefined || !ibanValid(read.text)) return undefined;
    // Identifiers of capitals and digits: one in 97 has the right remainder.
    if (value.isIdentifier && read.end - at === length) return undefined;
    return {
      start: at,
      end: read.end,
      canonical: read.text,
      lastDigits: `${read.text.slice(0, 2)}${read.text.slice(-4)}`,
    };
  },
};

function readCapitals({ bytes, end }: Scanned, from: number, length: number) {
  let text = '';
  let at = from;
  for (; at < end && text.length < length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === SPACE && text.length >= 4 && bytes[at - 1] !== SPACE) continue;
    const isCapital = byte >= 0x41 && byte <= 0x5a;
    if (!isCapital && !isClass(byte, CLASS.digit)) return undefined;
    text += String.fromCharCode(byte);
  }
  if (text.length < length) return undefined;
  const isLonger = at < end && isClass(bytes[at], CLASS.digit | CLASS.letter);
  return isLonger ? undefined : { text, end: at };
}
