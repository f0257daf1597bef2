/** PEM private keys, whole or cut off (RFC 7468). */
import type { Detector, Scanned } from './detector.ts';

const BEGIN = '-----BEGIN ';
const LABEL_BYTES_MAX = 40;
const KEY_BYTES_MAX = 32_768;

/** Looks at `-----BEGIN … PRIVATE KEY-----`; a key without its end reaches to the end of the value. */
export const privateKeyDetector: Detector = {
  name: 'private_key',
  triggers: '-',
  findAt: (value, at) => {
    const { bytes, end } = value;
    if (bytes[at + 1] !== 0x2d || textAt(value, at, BEGIN.length) !== BEGIN) return undefined;
    const label = textAt(value, at + BEGIN.length, LABEL_BYTES_MAX);
    if (!/^[A-Z0-9 ]{0,24}PRIVATE KEY(?: BLOCK)?-----/.test(label)) return undefined;
    const limit = Math.min(end, at + KEY_BYTES_MAX);
    for (let from = at + BEGIN.length; from < limit; from++) {
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
  return String.fromCharCode(...bytes.subarray(from, Math.min(end, from + length)));
}
