/** `spanguard run`: the service until a signal ends it. */
import type { EventEmitter } from 'node:events';
import { formatConfigProblem } from '../config/load-config.ts';
import { systemClock } from '../pipeline/clock.ts';
import { createProcessor } from '../service/create-processor.ts';
import { createLogger } from '../service/create-logger.ts';
import { machine } from '../service/machine.ts';
import { watchFailures } from '../service/watch-failures.ts';
import { type ConfigRequest, readConfig } from './read-config.ts';
import { version } from './version.ts';

/** What the command works with. */
export interface RunWorld extends ConfigRequest {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly signals: Pick<EventEmitter, 'on' | 'off'>;
}

/** How long the end may take of a process whose state is in doubt. */
const IN_DOUBT_MS = 1000;

/**
 * Runs until SIGTERM or SIGINT, then drains. A second signal ends the drain at once: what is
 * acknowledged is on disk, so nothing is lost by it.
 */
export async function runProcessor(world: RunWorld): Promise<number> {
  const read = readConfig(world);
  if (!read.ok) {
    for (const problem of read.problems) world.stderr(`${formatConfigProblem(problem)}\n`);
    return 1;
  }
  const { config } = read;
  const logger = createLogger({ level: config.log_level, write: world.stderr });
  const created = await createProcessor(config, {
    ...machine,
    logger,
    stdout: world.stdout,
    version: version(),
  });
  if (!created.ok) {
    for (const problem of created.problems) world.stderr(`${problem}\n`);
    return 1;
  }
  const { processor } = created;
  const first = nextSignal(world.signals);
  const watch = watchFailures({
    emitter: world.signals,
    counters: processor.counters,
    logger,
  });
  try {
    await processor.start();
  } catch (error) {
    logger.error(
      { error: error instanceof Error ? error.message : String(error) },
      'could not start',
    );
    await processor.shutdown({ atMs: systemClock.monotonic() });
    return 1;
  }
  logger.info({ config: read.origin, data: config.data, ...processor.addresses() }, 'ready');
  const doubt = watch.inDoubt.then(() => undefined);
  const signal = await Promise.race([first, doubt]);
  if (signal === undefined) {
    const atMs = systemClock.monotonic() + IN_DOUBT_MS;
    const late = new Promise<void>((resolve) => systemClock.after(IN_DOUBT_MS, resolve));
    await Promise.race([processor.shutdown({ atMs }), late]);
    return 1;
  }
  logger.info({ signal, timeoutMs: config.shutdown_timeout }, 'draining');
  const deadline = { atMs: systemClock.monotonic() + config.shutdown_timeout };
  await Promise.race([processor.shutdown(deadline), nextSignal(world.signals), doubt]);
  watch.end();
  logger.info({}, 'stopped');
  return 0;
}

function nextSignal(signals: RunWorld['signals']): Promise<string> {
  return new Promise((resolve) => {
    const listener = (signal: string): void => {
      signals.off('SIGTERM', listener);
      signals.off('SIGINT', listener);
      resolve(signal);
    };
    signals.on('SIGTERM', listener);
    signals.on('SIGINT', listener);
  });
}
