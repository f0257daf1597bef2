/** Every receiver that a configuration asks for. */
import type { Config } from '../config/shape.ts';
import { ReceivingMemory } from '../pipeline/body/receiving-memory.ts';
import type { Receiver, ReceiverNeeds } from '../receivers/define-receiver.ts';

/** What a receiver may hold where none of them says. */
const HELD_BYTES_MAX = 128 * 1024 * 1024;

/** Those that are on, by their names, in the order they are started; they share one bound on the bytes they hold. */
export function createReceivers(
  { receivers }: Pick<Config, 'receivers'>,
  needs: Omit<ReceiverNeeds, 'name' | 'memory'>,
): ReadonlyMap<string, Receiver> {
  const said = [...receivers.values()].flatMap(({ about }) => about.heldBytesMax ?? []);
  const bytesMax = said.length > 0 ? Math.max(...said) : HELD_BYTES_MAX;
  const memory = new ReceivingMemory({ bytesMax });
  const on = [...receivers].filter(([, { isEnabled }]) => isEnabled);
  return new Map(
    on.map(([name, configured]) => [name, configured.create({ ...needs, name, memory })]),
  );
}
