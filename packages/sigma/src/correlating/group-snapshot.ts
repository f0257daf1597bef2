/** The groups of an engine as JSON, and back where their correlations are still the same. */
import { restoreWindow } from './create-window.ts';
import type { GroupField } from './entry.ts';
import { Group, groupKey, type GroupTable, type LeftGroup } from './group.ts';
import type { CompiledCorrelation } from './ruleset.ts';

/** All groups, least recent first; `correlation` is an index into `correlations`. */
export interface SavedGroups {
  readonly correlations: readonly { readonly key: string; readonly definition: string }[];
  readonly groups: readonly {
    readonly correlation: number;
    readonly fields: readonly GroupField[];
    readonly lastTrueMs: number | null;
    readonly window: unknown;
  }[];
  readonly left: readonly LeftGroup[];
}

/** To be written at once: it shares what the engine goes on to change. */
export function saveGroups(
  table: GroupTable,
  correlations: readonly CompiledCorrelation[],
): SavedGroups {
  return {
    correlations: correlations.map(({ rule, definition }) => ({ key: rule.key, definition })),
    groups: [...table.values()].map(({ correlation, fields, lastTrueMs, window }) => ({
      correlation,
      fields,
      lastTrueMs: Number.isFinite(lastTrueMs) ? lastTrueMs : null,
      window: window.toJson(),
    })),
    left: [...table.left()],
  };
}

/** Puts back what was saved; correlations that have changed since begin empty. Throws at wrong shapes. */
export function restoreGroups(
  saved: SavedGroups,
  table: GroupTable,
  {
    correlations,
    latenessMs,
  }: { correlations: readonly CompiledCorrelation[]; latenessMs: number },
): void {
  const places = new Map(
    correlations.map(({ rule, definition }, index) => [`${rule.key} ${definition}`, index]),
  );
  const now = saved.correlations.map(({ key, definition }) => places.get(`${key} ${definition}`));
  for (const left of saved.left) {
    const correlation = now[left.correlation];
    if (correlation !== undefined) table.remember({ ...left, correlation });
  }
  for (const { correlation: before, fields, lastTrueMs, window } of saved.groups) {
    const number = now[before];
    const correlation = correlations[number ?? -1];
    if (number === undefined || correlation === undefined) continue;
    const group = new Group(number, fields, restoreWindow(correlation, latenessMs, window));
    table.add(
      groupKey(
        number,
        fields.map(({ value }) => value),
      ),
      group,
    );
    group.lastTrueMs = lastTrueMs ?? -Infinity;
  }
}
