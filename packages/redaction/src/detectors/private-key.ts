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
    const to = keyEnd(value, from);
    value.reads.spend(to - at);
    return { start: at, end: to };
  },
};

/** Where the key that begins before `from` ends. One that was cut off ends with the text it stands in. */
function keyEnd(value: Scanned, from: number): number {
  const { bytes, end } = value;
  for (let place = from; place < end; place++) {
    const isQuote = bytes[place] === 0x22 || bytes[place] === 0x5c;
    if (isQuote && quoteAt(bytes, place, end) !== undefined) return place;
    if (!holds(value, place, END)) continue;
    let close = place + END.length;
    while (close < end && bytes[close] !== DASH) close += 1;
    while (close < end && bytes[close] === DASH) close += 1;
    return close;
  }
  return end;
}

function holds({ bytes, end }: Scanned, at: number, text: string): boolean {
  return at + text.length <= end && holdsText(bytes, at, text);
}
