/** A rule as data: its literals for the prefilter, and the pattern that decides. */
import { type Confidence, INDICATOR_KINDS, type IndicatorKind, type Place } from './indicator.ts';
import type { View } from './view.ts';

/** Which rendering of the text a pattern reads. */
export type Rendering = 'text' | 'sql' | 'shell' | 'paths' | 'markup';

export interface Rule {
  readonly id: `${IndicatorKind}.${string}`;
  readonly kind: IndicatorKind;
  readonly confidence: Confidence;
  /** Lower case, white space as one blank; the rule is only asked when one of them occurs. */
  readonly literals: readonly string[];
  readonly on: Rendering;
  /** Undefined means every place. */
  readonly places: readonly Place[] | undefined;
  readonly pattern: RegExp | undefined;
  readonly matches: ((view: View) => boolean) | undefined;
  readonly told: Told | undefined;
  /** Nothing to ask a text without a line break. */
  readonly isBehindBreak: boolean;
}

/** A text that names what the rule looks for instead of doing it, and what the sign is worth there. */
export interface Told {
  readonly as: 'sentence' | 'list' | 'sql';
  readonly worth: 'suspicious' | 'nothing';
}

export interface RuleDefinition {
  readonly on?: Rendering;
  readonly places?: readonly Place[];
  readonly suspicious?: true;
  readonly told?: Told;
  readonly isBehindBreak?: true;
}

/** Literals are written as one string, separated by `¦` (which no attack needs). */
export function rule(
  id: Rule['id'],
  literals: string,
  decides: RegExp | ((view: View) => boolean),
  definition: RuleDefinition = {},
): Rule {
  return {
    id,
    kind: kindOf(id),
    confidence: definition.suspicious === true ? 'suspicious' : 'high',
    literals: literals.split('¦'),
    on: definition.on ?? 'text',
    places: definition.places,
    pattern: decides instanceof RegExp ? decides : undefined,
    matches: decides instanceof RegExp ? undefined : decides,
    told: definition.told,
    isBehindBreak: definition.isBehindBreak === true,
  };
}

/**
 * Literals of calls, for names that are too ordinary without the bracket behind them. Blanks may
 * stand before it, and in SQL a comment.
 */
export function calls(...names: readonly string[]): string {
  return names.flatMap((name) => [`${name}(`, `${name} (`, `${name}  `, `${name}/*`]).join('¦');
}

function kindOf(id: string): IndicatorKind {
  const prefix = id.slice(0, id.indexOf('.'));
  const kind = INDICATOR_KINDS.find((known) => known === prefix);
  if (kind === undefined) throw new RangeError(`${id} begins with no kind of indicator`);
  return kind;
}
