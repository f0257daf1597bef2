/** Every consumer that a configuration asks for, behind the journal. */
import type { RuleText } from '../model/rule-text.ts';
import type { Component } from '../pipeline/component.ts';
import { attachConsumer, type Foundation } from './foundation.ts';

/** Those that are on, each with the rules it runs. */
export async function createConsumers(
  foundation: Foundation,
  rules: ReadonlyMap<string, readonly RuleText[]>,
): Promise<readonly Component[]> {
  const { config, world, folder, reserve, metrics, journal, outbox, deadLetters } = foundation;
  const consumers: Component[] = [];
  for (const [type, configured] of config.consumers) {
    const texts = rules.get(type);
    if (!configured.isEnabled || texts === undefined) continue;
    const { name, sections } = configured.about;
    const letter = { stage: 'consumer', name } as const;
    const consumer = configured.create({
      rules: texts,
      raise: (alert) => outbox.raise(alert),
      checkpoint: () => outbox.checkpoint(),
      quarantine: (bytes, reason) =>
        deadLetters.keep({ ...letter, reason, content: 'facts', itemCount: 1 }, bytes),
      folder: folder.path,
      fileSystem: world.fileSystem,
      makeRoom: async () => {
        if (!reserve.isWhole) return false;
        await reserve.release();
        return true;
      },
      hasThreads: world.hasThreads,
      key: (key) => folder.key(key),
      clock: world.clock,
      counters: metrics,
      logger: world.logger,
    });
    const quarantine = deadLetters.keepEntry.bind(deadLetters);
    consumers.push(
      await attachConsumer(foundation, {
        ...{ name, consumer, journal, sections, cursor: name },
        quarantine: (entry, reason) => quarantine({ ...letter, reason }, entry),
      }),
    );
  }
  return consumers;
}
