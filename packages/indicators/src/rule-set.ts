/** Rules behind prefilters: answers for one view of a text. */
import type { Indicator, Place } from './indicator.ts';
import { mayBreakLine } from './line-break.ts';
import { Prefilter } from './prefilter.ts';
import type { Rule } from './rule.ts';
import type { View } from './view.ts';

/** Rules with a prefilter of their own. */
interface Group {
  readonly rules: readonly Rule[];
  readonly prefilter: Prefilter;
}

/**
 * Rules about what stands behind a line break are kept apart: their literals are ordinary words and signs,
 * and hardly a text has a line break.
 */
export class RuleSet {
  readonly #anywhere: Group;
  readonly #behindBreak: Group | undefined;

  constructor(rules: readonly Rule[]) {
    this.#anywhere = groupOf(rules.filter(({ isBehindBreak }) => !isBehindBreak));
    const behindBreak = rules.filter(({ isBehindBreak }) => isBehindBreak);
    this.#behindBreak = behindBreak.length === 0 ? undefined : groupOf(behindBreak);
  }

  /** False means that no rule can match the text as it stands. */
  touches(text: string): boolean {
    if (this.#anywhere.prefilter.touches(text)) return true;
    const behindBreak = this.#behindBreak;
    return behindBreak !== undefined && mayBreakLine(text) && behindBreak.prefilter.touches(text);
  }

  /** Adds what the rules see in the view; a rule already in `found` is not asked again. */
  collect(view: View, place: Place | undefined, found: Map<string, Indicator>): void {
    collectOf(this.#anywhere, { view, place, found });
    if (this.#behindBreak === undefined || !mayBreakLine(view.text)) return;
    collectOf(this.#behindBreak, { view, place, found });
  }
}

function groupOf(rules: readonly Rule[]): Group {
  return { rules, prefilter: new Prefilter(rules.map(({ literals }) => literals)) };
}

interface Asked {
  readonly view: View;
  readonly place: Place | undefined;
  readonly found: Map<string, Indicator>;
}

function collectOf({ rules, prefilter }: Group, { view, place, found }: Asked): void {
  if (!prefilter.touches(view.text)) return;
  const candidates = prefilter.candidates(view.text);
  for (let index = 0; index < candidates.length; index++) {
    if (candidates[index] === 0) continue;
    const rule = rules[index];
    if (rule === undefined || found.has(rule.id)) continue;
    if (rule.places !== undefined && !rule.places.includes(place ?? 'query')) continue;
    const indicator = ask(rule, view);
    if (indicator !== undefined) found.set(rule.id, indicator);
  }
}

function ask(rule: Rule, view: View): Indicator | undefined {
  const text = view[rule.on];
  const match = rule.pattern?.exec(text);
  if (rule.matches === undefined ? match == null : !rule.matches(view)) return undefined;
  const isTold = rule.told !== undefined && view.tells(rule.told.as);
  if (isTold && rule.told?.worth === 'nothing') return undefined;
  const isWeak = isTold || view.isAmbiguous;
  const confidence = isWeak ? 'suspicious' : rule.confidence;
  const { kind, id } = rule;
  const seen = { kind, confidence, rule: id, decoding: view.decoding };
  if (match == null) return seen;
  // Offsets mean something to the caller only in the text as it was given.
  if (view.decoding.length > 0 || text !== view.text) return seen;
  return { ...seen, start: match.index, end: match.index + match[0].length };
}
