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
}

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
  return { kind: windowKind(type), spanMs, latenessMs, holds, length: inputs.length };
}
