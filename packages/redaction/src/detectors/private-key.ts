/** PEM private keys, whole or cut off (RFC 7468). */
import type { Detector, Scanned } from './detector.ts';
import { quoteAt } from './text-escapes.ts';
import { textOf } from './text-of.ts';

const BEGIN = '-----BEGIN ';
const LABEL_BYTES_MAX = 40;

/** Looks at `-----BEGIN … PRIVATE KEY-----`; a key without its end reaches to the end of the value. */
export const privateKeyDetector: Detector = {
  name: 'private_key',
  triggers: '-',
  isTriggerMarked: true,
  findAt: (value, at) => {
    const { bytes, end } = value;
    if (at + 1 >= end || bytes[at + 1] !== 0x2d || textAt(value, at, BEGIN.length) !== BEGIN)
      return undefined;
    const label = textAt(value, at + BEGIN.length, LABEL_BYTES_MAX);
    if (!/^[A-Z0-9 ]{0,24}PRIVATE KEY(?: BLOCK)?-----/.test(label)) return undefined;
    const limit = end;
    for (let from = at + BEGIN.length; from < limit; from++) {
      // A key that was cut off ends with the text it stands in.
      if (bytes[from] === 0x22 || bytes[from] === 0x5c) {
        const closing = quoteAt(bytes, from, end);
        if (closing !== undefined) return { start: at, end: from };
      }
      if (bytes[from] !== 0x2d || textAt(value, from, 9) !== '-----END ') continue;
      let close = from + 9;
      while (close < limit && bytes[close] !== 0x2d) close += 1;
      while (close < limit && bytes[close] === 0x2d) close += 1;
      return { start: at, end: close };
    }
    return { start: at, end: limit };
  },
};

function textAt({ bytes, end }: Scanned, from: number, length: number): string {
  return textOf(bytes, from, Math.min(end, from + length));
}
