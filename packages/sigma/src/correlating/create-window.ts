/** The window a correlation needs, new or from a snapshot. */
import type { Entry, GroupWindow } from './entry.ts';
import { OrderedWindow } from './ordered-window.ts';
import type { CompiledCorrelation } from './ruleset.ts';
import { SlidingWindow } from './sliding-window.ts';

/** A new window for a group of a correlation. */
export function createWindow(correlation: CompiledCorrelation, latenessMs: number): GroupWindow {
  const { type, spanMs, holds, inputs } = correlation;
  if (type === 'temporal_ordered') {
    return new OrderedWindow({ spanMs, latenessMs, length: inputs.length });
  }
  return new SlidingWindow({ spanMs, latenessMs, measure: measureOf(type), holds });
}

/** A window as `toJson` gave it. Throws what reading a wrong shape throws. */
export function restoreWindow(
  correlation: CompiledCorrelation,
  latenessMs: number,
  state: unknown,
): GroupWindow {
  const window = createWindow(correlation, latenessMs);
  if (window instanceof SlidingWindow) restoreSliding(window, state as SlidingState);
  if (window instanceof OrderedWindow) restoreOrdered(window, state as OrderedState);
  return window;
}

interface SlidingState {
  readonly approximate: boolean;
  readonly slots: readonly {
    readonly entry: Entry;
    readonly value: string;
    readonly amount: number;
    readonly count: number;
    readonly taken: boolean;
  }[];
}

interface OrderedState {
  readonly approximate: boolean;
  readonly settled: readonly (readonly Entry[])[];
  readonly steps: readonly {
    readonly entry: Entry;
    readonly input: number;
    readonly taken: boolean;
  }[];
}

function restoreSliding(window: SlidingWindow, { approximate, slots }: SlidingState): void {
  for (const { entry, value, amount, count, taken } of slots) {
    window.restoreSlot({ entry, value, amount, input: 0 }, { count, taken });
  }
  window.approximate = approximate;
}

function restoreOrdered(
  window: OrderedWindow,
  { approximate, settled, steps }: OrderedState,
): void {
  window.restoreChains(settled);
  for (const { entry, input, taken } of steps) {
    window.restoreStep({ entry, value: '', amount: entry.count, input }, taken);
  }
  window.approximate = approximate;
}

/** Rules that must all happen are counted as distinct inputs. */
function measureOf(type: CompiledCorrelation['type']): 'amount' | 'distinct' {
  return type === 'value_count' || type === 'temporal' ? 'distinct' : 'amount';
}
