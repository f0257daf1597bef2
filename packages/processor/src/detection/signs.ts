/** Signs of attack in the inputs of a request, each by the place it was found in. */
import type { IndicatorKind } from '@spanguard/conventions';
import { type Indicator, recogniseTarget, recogniseUserAgent } from '@spanguard/indicators';

/** One sign. */
export interface Sign {
  readonly kind: IndicatorKind;
  readonly confidence: Indicator['confidence'];
  readonly rule: string;
  readonly place: 'url.path' | 'url.query' | 'user_agent';
  /** Name of the parameter, as it came; undefined where there is none. */
  readonly parameter: string | undefined;
}

/** Looks for signs in one input. */
export type SignReader = (text: string) => readonly Sign[];

/** The one answer for everything benign. */
export const NO_SIGNS: readonly Sign[] = [];

/** Of a path, as it stood on the request line. */
export const signsInPath: SignReader = (path) => targetSigns(path);

/** Of a query, without its question mark. */
export const signsInQuery: SignReader = (query) => targetSigns(`?${query}`);

/** Of a user agent. */
export const signsInAgent: SignReader = (agent) => {
  const found = recogniseUserAgent(agent);
  if (found.length === 0) return NO_SIGNS;
  return found.map(({ kind, confidence, rule }) => ({
    ...{ kind, confidence, rule, place: 'user_agent' as const },
    parameter: undefined,
  }));
};

/** The strongest sign of each kind, in the order the kinds were found. */
export function strongestSigns(places: readonly (readonly Sign[])[]): readonly Sign[] {
  const strongest = new Map<IndicatorKind, Sign>();
  for (const signs of places) {
    for (const sign of signs) {
      const known = strongest.get(sign.kind);
      const isStronger = known?.confidence === 'suspicious' && sign.confidence === 'high';
      if (known === undefined || isStronger) strongest.set(sign.kind, sign);
    }
  }
  return [...strongest.values()];
}

function targetSigns(target: string): readonly Sign[] {
  const found = recogniseTarget(target);
  if (found.length === 0) return NO_SIGNS;
  return found.map(({ kind, confidence, rule, place, parameter }) => ({
    ...{ kind, confidence, rule },
    place: place === 'path' ? ('url.path' as const) : ('url.query' as const),
    parameter: parameter === '' ? undefined : parameter,
  }));
}
