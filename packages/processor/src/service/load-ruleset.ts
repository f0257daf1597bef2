/** The rules a configuration and a command line ask for, compiled: for commands that work on rules themselves. */
import type { Ruleset } from '@spanguard/sigma';
import { compileRules } from '../correlation/compile-rules.ts';
import { loadRules, type RulesRequest } from './load-rules.ts';

/** A set, or everything that is wrong with its rules. */
export type LoadedRuleset =
  | { readonly ok: true; readonly ruleset: Ruleset; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Reads and compiles them. */
export function loadRuleset(request: RulesRequest): LoadedRuleset {
  const loaded = loadRules(request);
  if (!loaded.ok) return loaded;
  const compiled = compileRules(loaded.texts);
  return compiled.ok
    ? { ok: true, ruleset: compiled.ruleset, warnings: loaded.warnings }
    : { ok: false, problems: compiled.problems };
}
