/** The window a correlation needs. */
import type { CorrelationRule } from '../rule.ts';
import { OrderedWindow } from './ordered-window.ts';
import type { CompiledCorrelation } from './compiled-rules.ts';
import { SlidingWindow } from './sliding-window.ts';

/** How windows differ in what they keep. */
export const WINDOW_KINDS = ['amount', 'distinct', 'ordered'] as const;

/** One of {@link WINDOW_KINDS}. */
export type WindowKind = (typeof WINDOW_KINDS)[number];

/** What a window needs to know of its correlation. */
export interface WindowSettings {
  readonly kind: WindowKind;
  readonly spanMs: number;
  readonly latenessMs: number;
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

/** A new window. */
export function createWindow(settings: WindowSettings): SlidingWindow | OrderedWindow {
  const { kind, ...others } = settings;
  if (kind === 'ordered') return new OrderedWindow(others);
  return new SlidingWindow({ ...others, measure: kind });
}
