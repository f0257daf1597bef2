/** Rules behind one prefilter: answers for one view of a text. */
import type { Indicator, Place } from './indicator.ts';
import { Prefilter } from './prefilter.ts';
import type { Rule } from './rule.ts';
import type { View } from './view.ts';

export class RuleSet {
  readonly #rules: readonly Rule[];
  readonly #prefilter: Prefilter;

  constructor(rules: readonly Rule[]) {
    this.#rules = rules;
    this.#prefilter = new Prefilter(rules.map(({ literals }) => literals));
  }

  /** False means that no rule can match the text as it stands. */
  touches(text: string): boolean {
    return this.#prefilter.touches(text);
  }

  /** Adds what the rules see in the view; a rule already in `found` is not asked again. */
  collect(view: View, place: Place | undefined, found: Map<string, Indicator>): void {
    if (!this.touches(view.text)) return;
    const candidates = this.#prefilter.candidates(view.text);
    for (let index = 0; index < candidates.length; index++) {
      if (candidates[index] === 0) continue;
      const rule = this.#rules[index];
      if (rule === undefined || found.has(rule.id)) continue;
      if (rule.places !== undefined && !rule.places.includes(place ?? 'query')) continue;
      const indicator = ask(rule, view);
      if (indicator !== undefined) found.set(rule.id, indicator);
    }
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
