/** The rules that a command works on: those of the configuration, and those that its line names. */
import type { Ruleset } from '@spanguard/sigma';
import { formatConfigProblem } from '../config/load-config.ts';
import { loadRuleset } from '../service/load-ruleset.ts';
import { type ConfigRequest, readConfig } from './read-config.ts';

/** What such a command works with. */
export interface RulesWorld extends ConfigRequest {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Files and folders besides those of the configuration. */
  readonly rules: readonly string[];
  /** Leaves the shipped rules and those of the configuration out. */
  readonly only: boolean;
}

/** Undefined where something is wrong, which is said then. */
export function readRules(world: RulesWorld): Ruleset | undefined {
  const read = readConfig(world);
  if (!read.ok) {
    for (const problem of read.problems) world.stderr(`${formatConfigProblem(problem)}\n`);
    return undefined;
  }
  const consumers = [...read.config.consumers.values()].filter(({ isEnabled }) => isEnabled);
  const configured = world.only ? [] : consumers.map(({ about }) => about);
  const loaded = loadRuleset({
    rules: [...configured.flatMap(({ rules }) => rules), ...world.rules],
    shipped_rules: configured.some(({ hasShippedRules }) => hasShippedRules),
  });
  if (!loaded.ok) {
    for (const problem of loaded.problems) world.stderr(`${problem}\n`);
    return undefined;
  }
  for (const warning of loaded.warnings) world.stderr(`warning: ${warning}\n`);
  return loaded.ruleset;
}
