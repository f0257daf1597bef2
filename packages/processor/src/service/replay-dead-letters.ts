/** Sends dead letters again to where they were going: while no processor runs on the data folder. */
import { decodeAlert } from '../model/alert-codec.ts';
import type { Config } from '../config/shape.ts';
import type { Delivery } from '../pipeline/delivery.ts';
import { errorName } from '../pipeline/failure-reason.ts';
import { createChannels } from './create-channels.ts';
import { createBackends } from './create-exporters.ts';
import type { DataFolder } from './data-folder.ts';
import type { DeadLetter } from './dead-letters.ts';
import {
  closeFoundation,
  type Foundation,
  layFoundation,
  openDeadLetters,
  type ProcessorWorld,
  SERVICE_NAME,
} from './foundation.ts';

/** How it went with one letter. `kept`: it is still there, and why. */
export type Replayed =
  { readonly kind: 'sent' } | { readonly kind: 'kept'; readonly reason: string };

/** Gives every letter that is there, the oldest first; changes nothing. Throws where the folder is in use. */
export async function readDeadLetters(
  config: Config,
  world: ProcessorWorld,
  tell: (letter: DeadLetter) => void,
): Promise<void> {
  const folder = world.openFolder(config.data);
  try {
    const counters = { add: () => undefined };
    const opened = await openDeadLetters(config, folder, { ...world, counters });
    for await (const letter of opened.deadLetters.list()) tell(letter);
    await opened.deadLetterJournal.close();
  } finally {
    folder.release();
  }
}

/**
 * Tries every letter once. What is taken is gone from the folder; what is not stays, behind what comes
 * later. Killed in between, a letter may be sent twice. Throws where the folder is in use.
 */
export async function replayDeadLetters(
  config: Config,
  world: ProcessorWorld,
  tell: (letter: DeadLetter, outcome: Replayed) => void,
): Promise<void> {
  const folder: DataFolder = world.openFolder(config.data);
  let foundation: Foundation;
  try {
    foundation = await layFoundation({ config, world, folder });
  } catch (error) {
    folder.release();
    throw error;
  }
  const replay = new Replay(foundation);
  try {
    await foundation.deadLetters.each(async (letter) => {
      const outcome = await replay.send(letter);
      tell(letter, outcome);
      return outcome.kind === 'sent';
    });
  } finally {
    await replay.close();
    await closeFoundation(foundation);
  }
}

/** Where letters go; connections are made when the first one needs them. */
class Replay {
  readonly #foundation: Foundation;
  readonly #channels: ReturnType<typeof createChannels>;
  readonly #backends: ReturnType<typeof createBackends>;

  constructor(foundation: Foundation) {
    const { config, world, metrics, intake } = foundation;
    this.#foundation = foundation;
    this.#backends = createBackends(config, { ...world, metrics });
    this.#channels = createChannels(config, {
      clock: world.clock,
      intake,
      serviceName: config.service_name ?? SERVICE_NAME,
      stdout: world.stdout,
      version: world.version,
    });
  }

  /** Never rejects. */
  async send(letter: DeadLetter): Promise<Replayed> {
    try {
      const delivery = await this.#deliver(letter);
      if (typeof delivery === 'string') return { kind: 'kept', reason: delivery };
      return delivery.kind === 'accepted'
        ? { kind: 'sent' }
        : { kind: 'kept', reason: delivery.reason };
    } catch (error) {
      return { kind: 'kept', reason: `threw ${errorName(error)}` };
    }
  }

  async close(): Promise<void> {
    for (const { backend } of this.#backends.values()) await backend.close();
    for (const channel of this.#channels.values()) channel.close?.();
  }

  /** The answer, or why nothing was sent. */
  #deliver(letter: DeadLetter): Promise<Delivery> | string {
    const { stage, name } = letter;
    switch (stage) {
      case 'exporter':
        return this.#export(letter);
      case 'channel': {
        const channel = this.#channels.get(name);
        if (channel === undefined) return `no channel "${name}" is configured`;
        const alert = decodeAlert(letter.bytes);
        if (alert === undefined) return 'it holds no alert';
        return channel.deliver(this.#foundation.show(alert));
      }
      case 'consumer':
        return 'rules see facts once: look at it with show';
    }
  }

  #export({ name, content, bytes }: DeadLetter): Promise<Delivery> | string {
    if (content === 'alert' || content === 'facts') return 'it holds no telemetry';
    const exporter = this.#backends.get(name);
    if (exporter === undefined) return `no exporter "${name}" is configured`;
    return exporter.backend.send(content, [bytes]);
  }
}
