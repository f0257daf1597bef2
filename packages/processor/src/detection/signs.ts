/** Signs of attack in the inputs of a request, each by the place it was found in. */
import type { IndicatorKind } from '@spanguard/conventions';
import {
  type Indicator,
  type LocatedIndicator,
  recogniseBody,
  recogniseHeader,
  recogniseTarget,
  recogniseUserAgent,
} from '@spanguard/indicators';

/** One sign. */
export interface Sign {
  readonly kind: IndicatorKind;
  readonly confidence: Indicator['confidence'];
  readonly rule: string;
  readonly place: 'url.path' | 'url.query' | 'header' | 'body' | 'user_agent';
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

/** Of a payload that an SDK captured, however it was cut. */
export const signsInBody: SignReader = (body) => located(recogniseBody(body));

/** Of a header, by its name in lower case. */
export function signsInHeader(name: string): SignReader {
  return (value) => located(recogniseHeader(name, value));
}

function located(found: readonly LocatedIndicator[]): readonly Sign[] {
  if (found.length === 0) return NO_SIGNS;
  return found.map(({ kind, confidence, rule, place, parameter }) => ({
    ...{ kind, confidence, rule },
    place: place === 'body' ? ('body' as const) : ('header' as const),
    parameter: parameter === '' ? undefined : parameter,
  }));
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
