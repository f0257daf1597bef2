/** Which of the signs in one request are told, and what the parameter that carried one is called. */
import type { IndicatorConfidence, IndicatorKind } from '@spanguard/conventions';

/** A sign as far as it is compared with others. */
export interface Sign {
  readonly kind: IndicatorKind;
  readonly confidence: IndicatorConfidence;
  readonly rule: string;
  readonly place: string;
  /** As it was written. */
  readonly parameter?: string | undefined;
}

/**
 * The strongest sign of each kind, at most one a kind: of equally strong ones the first, by the order of
 * places and of what is written in them. Which of several rules meets a text first depends on how it is
 * encoded, and instrumentations encode it anew; so of several that see one parameter the first by its name.
 */
export function strongestSigns<Found extends Sign>(
  places: readonly (readonly Found[])[],
): readonly Found[] {
  const strongest = new Map<IndicatorKind, Found>();
  for (const sign of places.flat()) {
    const known = strongest.get(sign.kind);
    if (known === undefined || outranks(sign, known)) strongest.set(sign.kind, sign);
  }
  return Array.from(strongest.values());
}

function outranks(sign: Sign, known: Sign): boolean {
  if (sign.confidence !== known.confidence) return sign.confidence === 'high';
  const isSameText = sign.place === known.place && sign.parameter === known.parameter;
  return isSameText && sign.rule < known.rule;
}

/** The name of a parameter, percent-decoded: one spelling, whoever encoded it. Neither masked nor cut. */
export function parameterName(written: string): string {
  try {
    return decodeURIComponent(written);
  } catch {
    return written;
  }
}
