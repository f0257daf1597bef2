/** How the windows of a correlation are to be. */
import type { CorrelationRule } from '../rule.ts';
import type { CompiledCorrelation } from './compiled-rules.ts';

/** How windows differ in what they keep. */
export const WINDOW_KINDS = ['amount', 'distinct', 'ordered'] as const;

/** One of {@link WINDOW_KINDS}. */
export type WindowKind = (typeof WINDOW_KINDS)[number];

/** What a window needs to know of its correlation: all groups of one share it. */
export interface WindowSettings {
  readonly kind: WindowKind;
  readonly spanMs: number;
  readonly latenessMs: number;
  /** More can only help: a quick bound spares most searches. */
  readonly holds: (measured: number) => boolean;
  /** How many rules it looks at. */
  readonly length: number;
  /** Slots it keeps; beyond, it thins itself out. */
  readonly slotsMax: number;
}

/**
 * Sums need no more than how much fell into which part of the span, rules that must all happen the last of
 * each; each distinct value needs a slot of its own.
 */
export const SLOTS_MAX: Readonly<Record<CorrelationRule['type'], number>> = {
  event_count: 1_024,
  value_sum: 1_024,
  value_avg: 1_024,
  value_percentile: 1_024,
  value_count: 4_096,
  temporal: 256,
  temporal_ordered: 1_024,
};

/** The kind of window of a correlation: rules that must all happen are counted as distinct ones. */
export function windowKind(type: CorrelationRule['type']): WindowKind {
  if (type === 'temporal_ordered') return 'ordered';
  return type === 'value_count' || type === 'temporal' ? 'distinct' : 'amount';
}

/** What the windows of a correlation's groups need to know. */
export function windowSettings(
  { type, spanMs, holds, inputs }: CompiledCorrelation,
  latenessMs: number,
): WindowSettings {
  return {
    kind: windowKind(type),
    spanMs,
    latenessMs,
    holds,
    length: inputs.length,
    slotsMax: Math.max(SLOTS_MAX[type], 2 * inputs.length),
  };
}
