/** PEM private keys, whole or cut off (RFC 7468). */
import type { Detector, Scanned } from './detector.ts';
import { quoteAt } from './text-escapes.ts';
import { holdsText, textOf } from './text-of.ts';

const BEGIN = '-----BEGIN ';
const END = '-----END ';
const DASH = 0x2d;
const LABEL_BYTES_MAX = 40;

/** Looks at `-----BEGIN … PRIVATE KEY-----`; a key without its end reaches to the end of the value. */
export const privateKeyDetector: Detector = {
  name: 'private_key',
  triggers: '-',
  isTriggerMarked: true,
  findAt: (value, at) => {
    const { bytes, end } = value;
    if (!holds(value, at, BEGIN)) return undefined;
    const from = at + BEGIN.length;
    const label = textOf(bytes, from, Math.min(end, from + LABEL_BYTES_MAX));
    if (!/^[A-Z0-9 ]{0,24}PRIVATE KEY(?: BLOCK)?-----/.test(label)) return undefined;
    for (let place = from; place < end; place++) {
      // A key that was cut off ends with the text it stands in.
      if (bytes[place] === 0x22 || bytes[place] === 0x5c) {
        const closing = quoteAt(bytes, place, end);
        if (closing !== undefined) return { start: at, end: place };
      }
      if (!holds(value, place, END)) continue;
      let close = place + END.length;
      while (close < end && bytes[close] !== DASH) close += 1;
      while (close < end && bytes[close] === DASH) close += 1;
      return { start: at, end: close };
    }
    return { start: at, end };
  },
};

function holds({ bytes, end }: Scanned, at: number, text: string): boolean {
  return at + text.length <= end && holdsText(bytes, at, text);
}
