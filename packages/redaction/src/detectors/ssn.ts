/** Social security numbers of the United States, written ddd-dd-dddd. */
import { CLASS, isClass } from './byte-classes.ts';
import type { Detector } from './detector.ts';
import { isEscapeEnd } from './text-escapes.ts';
import { textOf } from './text-of.ts';

const DASH = 0x2d;
const LENGTH = 11;
/** Area, group and serial are never zero; areas 666 and from 900 on are not given out (SSA). */
const NUMBER = /^(?!000|666|9)\d{3}-(?!00)\d\d-(?!0000)\d{4}$/;

/** Looks at the first dash. Neighbouring digits, letters and dashes make it a part of something else. */
export const ssnDetector: Detector = {
  name: 'ssn',
  triggers: '-',
  marked: 'trigger',
  findAt: ({ bytes, start, end }, at) => {
    const from = at - 3;
    const to = from + LENGTH;
    if (from < start || to > end || bytes[at + 3] !== DASH) return undefined;
    if (!isClass(bytes[at - 1], CLASS.digit)) return undefined;
    const text = textOf(bytes, from, to);
    if (!NUMBER.test(text)) return undefined;
    if (from > start && isPart(bytes[from - 1]) && !isEscapeEnd(bytes, start, from - 1)) {
      return undefined;
    }
    if (to < end && isPart(bytes[to])) return undefined;
    return { start: from, end: to, canonical: text.replaceAll('-', '') };
  },
};

function isPart(byte: number | undefined): boolean {
  return isClass(byte, CLASS.digit | CLASS.letter) || byte === DASH || byte === 0x5f;
}
