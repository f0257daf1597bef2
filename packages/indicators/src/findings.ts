/** Gathers the signs of the texts of one target or body, each with the parameter that carried it. */
import type { RecentAnswers } from '@spanguard/memory';
import { CLEAN_TEXTS, type CleanTextsByPlace } from './clean-texts.ts';
import {
  BEYOND_LIMITS,
  type Indicator,
  type LocatedIndicator,
  NOTHING,
  type Place,
} from './indicator.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { countSigns, nextMark } from './payload-marks.ts';
import { isLong, isPlain, readText } from './read-text.ts';

const SHORT_LENGTH_MAX = 24;
/** A rule seen so often in one input has said what it has to say. */
const SIGNS_OF_A_RULE_MAX = 8;
/** Pictures and documents in JSON: no attack reaches from one word into a program. */
const ONE_WORD = /^(?:data:[\w/+.-]{1,64};base64,)?[\w+/=-]*$/;

/** What may still be done for one target or body; path and query share it. */
export interface Budget {
  scanLength: number;
  readLength: number;
  signs: number;
}

export function budgetOf(limits: Limits): Budget {
  return {
    scanLength: limits.scanLengthMax,
    readLength: limits.readLengthMax,
    signs: limits.signsMax,
  };
}

export interface FindingsOptions {
  readonly clean?: CleanTextsByPlace | undefined;
  readonly limits?: Limits | undefined;
  readonly budget?: Budget | undefined;
}

export class Findings {
  readonly #place: Place;
  readonly #clean: RecentAnswers<number>;
  readonly #limits: Limits;
  readonly #budget: Budget;
  readonly #list: LocatedIndicator[] = [];
  readonly #signsOfRule = new Map<string, number>();
  #isCut = false;

  constructor(place: Place, options: FindingsOptions = {}) {
    this.#place = place;
    this.#clean = (options.clean ?? CLEAN_TEXTS)[place];
    this.#limits = options.limits ?? DEFAULT_LIMITS;
    this.#budget = options.budget ?? budgetOf(this.#limits);
  }

  get list(): readonly LocatedIndicator[] {
    return this.#list.length === 0 ? NOTHING : this.#list;
  }

  /** Whether a text would still be looked at. */
  hasRoomFor(text: string): boolean {
    return text.length <= this.#budget.scanLength;
  }

  /** A limit left out something that may be a payload: that is a sign too, one for the whole. */
  cut(): void {
    if (this.#isCut) return;
    this.#isCut = true;
    this.#list.push({ ...BEYOND_LIMITS, place: this.#place, part: 'value', parameter: '' });
  }

  /**
   * The first half of what may be read goes to whatever needs a second look, the rest to texts with the
   * marks of a payload: harmless fields before it do not hide it. What a memory knows is charged as if it
   * were read, so that an answer never depends on what came before.
   */
  read(text: string, part: 'name' | 'value', parameter: string): void {
    if (text.length === 0) return;
    const budget = this.#budget;
    if (!this.hasRoomFor(text)) {
      if (!ONE_WORD.test(text)) this.cut();
      return;
    }
    budget.scanLength -= text.length;
    // Reading a short text takes less than looking it up; numbers and words need no memory.
    const isShort = text.length <= SHORT_LENGTH_MAX;
    let known = isShort ? undefined : this.#clean.get(text);
    if (known === 0) return;
    if (known === undefined && !isLong(text, this.#limits) && isPlain(text)) {
      if (!isShort) this.#clean.set(text, 0);
      return;
    }
    if (budget.readLength <= this.#limits.readLengthMax / 2) {
      budget.signs -= countSigns(text);
      if (budget.signs >= 0 && nextMark(text) < 0) return;
      if (budget.signs < 0 || budget.readLength <= 0) {
        this.cut();
        return;
      }
    }
    if (isShort) known = this.#clean.get(text);
    if (known === undefined) this.#readIndicators(text, part, parameter);
    else budget.readLength -= known;
  }

  /** Signs that were not found by reading a text. */
  add(signs: readonly Indicator[], parameter: string): void {
    for (const sign of signs) this.#push(sign, 'value', parameter);
  }

  #readIndicators(text: string, part: 'name' | 'value', parameter: string): void {
    const budget = this.#budget;
    const limits = { ...this.#limits, signsMax: Math.max(0, budget.signs) };
    if (isLong(text, limits)) budget.signs -= countSigns(text);
    const { indicators, lengthRead, isCut } = readText(text, this.#place, limits);
    budget.readLength -= lengthRead;
    if (isCut) this.cut();
    if (indicators.length === 0 && !isCut) this.#clean.set(text, lengthRead);
    for (const indicator of indicators) this.#push(indicator, part, parameter);
  }

  #push(indicator: Indicator, part: 'name' | 'value', parameter: string): void {
    const signs = this.#signsOfRule.get(indicator.rule) ?? 0;
    if (signs >= SIGNS_OF_A_RULE_MAX) return;
    this.#signsOfRule.set(indicator.rule, signs + 1);
    this.#list.push({ ...indicator, place: this.#place, part, parameter });
  }
}
