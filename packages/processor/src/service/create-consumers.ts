/** Every consumer that a configuration asks for. */
import type { Ruleset } from '@spanguard/sigma';
import { withReserve } from '../journal/disk-reserve.ts';
import type { Component } from '../pipeline/component.ts';
import { agedSource, type Foundation } from './foundation.ts';

/** Those that are on, each with the rules it runs. */
export async function createConsumers(
  foundation: Foundation,
  rulesets: ReadonlyMap<string, Ruleset>,
): Promise<readonly Component[]> {
  const { config, world, folder, reserve, metrics, journal, outbox, deadLetters } = foundation;
  const consumers: Component[] = [];
  for (const [name, configured] of config.consumers) {
    const ruleset = rulesets.get(name);
    if (!configured.isEnabled || ruleset === undefined) continue;
    const consumer = await configured.create({
      ruleset,
      source: (cursor) =>
        agedSource(foundation, { consumer: cursor, journal, cursor, part: 'observations' }),
      raise: (alert) => outbox.raise(alert),
      checkpoint: () => outbox.checkpoint(),
      quarantine: (bytes, reason) =>
        deadLetters.keep(
          { stage: 'correlation', name: 'rules', reason, content: 'facts', itemCount: 1 },
          bytes,
        ),
      folder: folder.path,
      withRoom: (work) => withReserve(reserve, work),
      key: (key) => folder.key(key),
      clock: world.clock,
      counters: metrics,
      logger: world.logger,
    });
    consumers.push(consumer);
  }
  return consumers;
}
