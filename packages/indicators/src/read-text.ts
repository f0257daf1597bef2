/** Reads one text in all its views: what is seen, and how much was read. Pure, and bounded for any length. */
import { VALUE_RULES } from './all-rules.ts';
import { mayDecode, views } from './decode/views.ts';
import { type Indicator, NOTHING, type Place } from './indicator.ts';
import type { Limits } from './limits.ts';
import { countSigns, nextMark } from './payload-marks.ts';
import { RuleSet } from './rule-set.ts';

export interface Reading {
  readonly indicators: readonly Indicator[];
  /** Characters read, each view counted; 0 where nothing needed a second look. */
  readonly lengthRead: number;
  /** Something that may be a payload was left out. */
  readonly isCut: boolean;
}

const VALUES = new RuleSet(VALUE_RULES);
const PLAIN: Reading = { indicators: NOTHING, lengthRead: 0, isCut: false };
/** Beginning with a view takes about as long as reading so many characters of it. */
const VIEW_LENGTH_MIN = 128;
/** A payload that begins before the head ends shows a mark within this. */
const MARK_LENGTH_MAX = 64;

/** Nine in ten benign values hold no literal of any rule and nothing to decode. */
export function isPlain(text: string): boolean {
  return !VALUES.touches(text) && !mayDecode(text);
}

/** Whether a text is read in slices: padding is how payloads get past those who read the beginning. */
export function isLong(text: string, limits: Limits): boolean {
  return text.length > 2 * limits.viewLengthMax;
}

export function readText(text: string, place: Place | undefined, limits: Limits): Reading {
  if (!isLong(text, limits)) return readSlice(text, place, limits);
  const slices = new Slices(text, place, limits);
  const { viewLengthMax, windowLengthMax, windowsMax } = limits;
  const tail = text.length - viewLengthMax;
  slices.read(0, viewLengthMax);
  // So full of signs no text of people or programs is.
  slices.isCut = countSigns(text) > limits.signsMax;
  let from = Math.max(0, viewLengthMax - MARK_LENGTH_MAX);
  for (let windows = 0; !slices.isCut; windows++) {
    const mark = nextMark(text, from);
    if (mark < 0 || mark >= tail) break;
    if (windows === windowsMax) {
      slices.isCut = true;
      break;
    }
    const start = Math.max(0, mark - windowLengthMax / 2);
    slices.read(start, start + windowLengthMax);
    from = start + windowLengthMax;
  }
  slices.read(tail, text.length);
  return slices;
}

/** The slices of one long text as one reading: each rule once, offsets into the whole. */
class Slices implements Reading {
  readonly indicators: Indicator[] = [];
  lengthRead = 0;
  isCut = false;
  readonly #text: string;
  readonly #place: Place | undefined;
  readonly #limits: Limits;
  readonly #rules = new Set<string>();

  constructor(text: string, place: Place | undefined, limits: Limits) {
    this.#text = text;
    this.#place = place;
    this.#limits = limits;
  }

  read(start: number, end: number): void {
    const reading = readSlice(this.#text.slice(start, end), this.#place, this.#limits);
    this.lengthRead += reading.lengthRead;
    for (const indicator of reading.indicators) {
      if (this.#rules.has(indicator.rule)) continue;
      this.#rules.add(indicator.rule);
      this.indicators.push(shifted(indicator, start));
    }
  }
}

function readSlice(text: string, place: Place | undefined, limits: Limits): Reading {
  if (isPlain(text)) return PLAIN;
  const found = new Map<string, Indicator>();
  let lengthRead = 0;
  for (const view of views(text, place, limits)) {
    lengthRead += view.text.length + VIEW_LENGTH_MIN;
    VALUES.collect(view, place, found);
  }
  const indicators = found.size === 0 ? NOTHING : [...found.values()];
  return { indicators, lengthRead, isCut: false };
}

function shifted(indicator: Indicator, offset: number): Indicator {
  const { start, end } = indicator;
  if (start === undefined || end === undefined) return indicator;
  return { ...indicator, start: start + offset, end: end + offset };
}
