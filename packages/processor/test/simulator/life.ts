/** One life of a processor on a simulated machine: from its start until it is killed, ended or at rest. */
import { fileURLToPath } from 'node:url';
import { loadConfig } from '#processor/config/load-config.ts';
import type { Config } from '#processor/config/shape.ts';
import type { ConfiguredExporter } from '#processor/exporters/define-exporter.ts';
import { FileBackend } from '#processor/exporters/file/file-backend.ts';
import { SIGNALS } from '#processor/model/signal.ts';
import type { FileSystem } from '#processor/pipeline/file-system.ts';
import type { Intake } from '#processor/pipeline/intake.ts';
import type { Logger } from '#processor/pipeline/logger.ts';
import { createProcessor } from '#processor/service/create-processor.ts';
import type { ProcessorWorld } from '#processor/service/foundation.ts';
import type { Processor } from '#processor/service/processor.ts';
import { type DestinationOptions, scriptedBackend, scriptedChannel } from './destinations.ts';
import type { Batch } from './workload.ts';

/** Where everything lies on the simulated disk. */
export const DATA_FOLDER = '/machine/data';
export const FILES_FOLDER = '/machine/files';

const KEY_BYTES = 32;
const BATCH_BYTES_MAX = 2000;
const FILE_BYTES_MAX = 6000;
const RULES = fileURLToPath(new URL('./rules.yaml', import.meta.url));
/** An address for documentation: nothing is ever sent there. */
const NOWHERE = 'http://192.0.2.1:4318';

const TEXT = `
data: ${DATA_FOLDER}
correlate: { rules: ["${RULES}"], shipped_rules: false, snapshot_interval: 1s }
# Its store is a file of SQLite, which no simulated disk can lose: test/inventory kills it for real.
inventory: { enabled: false }
exporters: { file: { folder: "${FILES_FOLDER}" } }
`;

/** What differs from one life to the next. */
export interface LifeOptions extends DestinationOptions {
  readonly fileSystem: FileSystem;
  /** Whether the disk does what it is told, so that nobody has anything to complain of. */
  readonly hasSoundDisk: boolean;
}

let configuration: Config | undefined;

/** Read once: a life differs only in where its ends lead. */
function configurationOf(): Config {
  if (configuration !== undefined) return configuration;
  const loaded = loadConfig({ file: 'test.yaml', text: TEXT, env: {}, readFile: () => undefined });
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join());
  configuration = loaded.config;
  return configuration;
}

/** See the head of this file. */
export class Life {
  readonly #options: LifeOptions;
  #intake: Intake | undefined;
  #processor: Processor | undefined;

  constructor(options: LifeOptions) {
    this.#options = options;
  }

  /** Throws where it cannot start: nothing may keep it from that. */
  async start(): Promise<void> {
    const created = await createProcessor(this.configuration(), this.world());
    if (!created.ok) throw new Error(`it does not start: ${created.problems.join()}`);
    this.#processor = created.processor;
    await created.processor.start();
  }

  /** Sends batches in their order, each until it is taken; what is taken leaves the list. */
  async send(batches: Batch[]): Promise<void> {
    const { schedule, random, ledger } = this.#options;
    for (let batch = batches[0]; batch !== undefined; batch = batches[0]) {
      const { signal, bytes } = batch;
      ledger.sending(batch);
      const sent = Buffer.from(bytes);
      const outcome = await this.#intake?.(signal, sent);
      // They are the sender's again: whoever still reads them reads nonsense.
      sent.fill(0xff);
      if (outcome?.kind === 'accepted') {
        ledger.acknowledge(batch);
        batches.shift();
      } else if (outcome?.kind !== 'unavailable') {
        ledger.broken(`a batch is refused: ${JSON.stringify(outcome)}`);
        return;
      }
      await schedule.pause(random.int(0, 1500));
    }
  }

  /** Drains and ends. */
  async shutdown(ms: number): Promise<void> {
    await this.#processor?.shutdown({ atMs: this.#options.schedule.monotonic() + ms });
  }

  /** The configuration, its ends scripted. */
  configuration(): Config {
    const { schedule, ledger, fileSystem } = this.#options;
    const about = { signals: SIGNALS, batchBytesMax: BATCH_BYTES_MAX };
    const backend: ConfiguredExporter = {
      type: 'backend',
      isEnabled: true,
      about: { ...about, concurrency: 3, target: { kind: 'url', option: 'url', url: NOWHERE } },
      create: () => scriptedBackend(this.#options),
    };
    const files: ConfiguredExporter = {
      type: 'files',
      isEnabled: true,
      about: {
        ...about,
        concurrency: 1,
        target: { kind: 'folder', option: 'folder', path: FILES_FOLDER },
      },
      create: () =>
        new FileBackend(
          {
            name: 'files',
            folder: FILES_FOLDER,
            fileBytesMax: FILE_BYTES_MAX,
            fileAgeMsMax: 86_400_000,
            filesMax: 1000,
            isPacked: false,
          },
          {
            fileSystem,
            lock: () => () => undefined,
            clock: schedule,
            logger: this.#logger(),
            gaveUp: () => ledger.broken('files went for want of room'),
          },
        ),
    };
    const receiver = {
      type: 'receiver',
      isEnabled: true,
      about: { endpoint: { host: '192.0.2.2', port: 4318 } },
      create: ({ intake }: { readonly intake: Intake }) => {
        this.#intake = intake;
        return { address: undefined, start: nothing, shutdown: nothing };
      },
    };
    const channel = {
      type: 'channel',
      isEnabled: true,
      about: undefined,
      create: () => scriptedChannel(this.#options),
    };
    return {
      ...configurationOf(),
      receivers: new Map([['receiver', receiver]]),
      exporters: new Map([
        ['backend', backend],
        ['files', files],
      ]),
      alerts: new Map([['channel', channel]]),
    };
  }

  /** The machine, but for what is outside. */
  world(): ProcessorWorld {
    const { schedule, random, fileSystem } = this.#options;
    return {
      clock: schedule,
      fileSystem,
      hasThreads: false,
      openFolder: (path) => ({
        path,
        key: (name) => Buffer.alloc(KEY_BYTES, name),
        release: () => undefined,
      }),
      logger: this.#logger(),
      stdout: () => undefined,
      version: '0',
      random: () => random.fraction(),
      createAdmin: () => ({ address: undefined, start: nothing, shutdown: nothing }),
      observeProcess: () => () => undefined,
    };
  }

  /** On a disk that is sound nothing is the matter but what destinations refuse. */
  #logger(): Logger {
    const { hasSoundDisk, ledger } = this.#options;
    return {
      info: () => undefined,
      warn: () => undefined,
      error: (fields, message) => {
        if (!hasSoundDisk || NO_FAULT.test(message)) return;
        ledger.broken(`it complains: ${message} ${JSON.stringify(fields)}`);
      },
    };
  }
}

/** What destinations refuse, and what was torn before it was answered. */
const NO_FAULT =
  /^the (backend|channel) does not take|^a journal file (is damaged|holds no readable)/;

async function nothing(): Promise<void> {
  // There is nothing to start, and nothing to end.
}
