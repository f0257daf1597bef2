/**
 * Everything that can be wrong with a configuration and needs neither the network nor the data folder to be
 * seen. `run` and `validate` both ask here, and so say the same.
 */
import { randomBytes } from 'node:crypto';
import type { Problem } from '../config/problem.ts';
import type { Config } from '../config/shape.ts';
import type { AskedRowKind } from '../model/facts/row-kinds.ts';
import type { RuleText } from '../model/rule-text.ts';
import { ReceivingMemory } from '../pipeline/body/receiving-memory.ts';
import type { Clock } from '../pipeline/clock.ts';
import { noCounters } from '../pipeline/counters.ts';
import type { Intake } from '../pipeline/intake.ts';
import { silentLogger } from '../pipeline/logger.ts';
import { errorName } from '../pipeline/failure-reason.ts';
import { createMasking } from './create-stages.ts';
import { loadRules } from './load-rules.ts';
import { type AddressBook, ownEndpoints } from './own-address.ts';

/** What checking needs: names are resolved where an exporter's port is one of ours. */
export interface CheckWorld {
  readonly clock: Clock;
  readonly addresses: AddressBook;
}

/** What was read on the way, or all that is wrong. */
export type CheckedConfig =
  | {
      readonly ok: true;
      /** By the name of the consumer that runs them. */
      readonly rules: ReadonlyMap<string, readonly RuleText[]>;
      /** Rows that they ask for besides those of requests and events. */
      readonly rowKinds: ReadonlySet<AskedRowKind>;
      readonly ruleCount: number;
      /** Where a rule may not mean what is written, a line each. */
      readonly warnings: readonly string[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const KEY_BYTES = 32;

/** Checks; starts nothing and writes nothing. */
export async function checkConfig(config: Config, world: CheckWorld): Promise<CheckedConfig> {
  const { problems: wrongRules, ...checked } = checkRules(config);
  const problems = [
    ...(await ownEndpoints(config, world)),
    ...checkPolicy(config),
    ...checkComponents(config, world),
    ...wrongRules,
  ];
  return problems.length > 0 ? { ok: false, problems } : { ok: true, ...checked };
}

function checkRules({ consumers }: Config) {
  const rules = new Map<string, readonly RuleText[]>();
  const rowKinds = new Set<AskedRowKind>();
  const problems: Problem[] = [];
  const warnings: string[] = [];
  let ruleCount = 0;
  for (const [name, { isEnabled, about }] of consumers) {
    if (!isEnabled) continue;
    const loaded = loadRules({ rules: about.rules, shipped_rules: about.hasShippedRules });
    if (loaded.ok) {
      rules.set(name, loaded.texts);
      for (const kind of loaded.rowKinds) rowKinds.add(kind);
      warnings.push(...loaded.warnings);
      ruleCount += loaded.count;
    } else {
      problems.push(...loaded.problems.map((problem) => ({ path: [], problem })));
    }
  }
  return { rules, rowKinds, problems, warnings, ruleCount };
}

function checkPolicy({ redact }: Config): Problem[] {
  try {
    createMasking(redact, { key: () => randomBytes(KEY_BYTES) });
    return [];
  } catch (error) {
    return [{ path: ['redact'], problem: messageOf(error) }];
  }
}

/** What can only be seen by making a component is seen so; nothing made is started. */
function checkComponents(config: Config, { clock }: CheckWorld): Problem[] {
  const needs = { clock, counters: noCounters, logger: silentLogger, intake: takesNothing };
  const memory = new ReceivingMemory({ bytesMax: 0 });
  const nowhere = { serviceName: '', version: '', stdout: () => undefined };
  return [
    ...refusals('receivers', config.receivers, (receiver, name) =>
      receiver.create({ ...needs, name, memory }),
    ),
    ...refusals('exporters', config.exporters, (exporter, name) =>
      exporter.create({ ...needs, name, gaveUp: () => undefined }).close(),
    ),
    ...refusals('alerts', config.alerts, (channel) =>
      channel.create({ ...needs, ...nowhere }).close?.(),
    ),
  ];
}

const takesNothing: Intake = () => Promise.resolve({ kind: 'failed', message: 'nothing runs' });

function refusals<T extends { readonly isEnabled: boolean }>(
  place: string,
  components: ReadonlyMap<string, T>,
  create: (component: T, name: string) => unknown,
): Problem[] {
  return [...components].flatMap(([name, component]) => {
    if (!component.isEnabled) return [];
    try {
      create(component, name);
      return [];
    } catch (error) {
      // A message may hold an option, and an option may be a secret.
      return [{ path: [place, name], problem: `cannot be made: ${errorName(error)}` }];
    }
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
