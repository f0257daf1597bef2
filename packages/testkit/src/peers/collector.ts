/** A real OpenTelemetry Collector, for the length of a test or a benchmark. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningProgram, startProgram } from './running-program.ts';

/** What a Collector is started with. */
export interface CollectorOptions {
  readonly binary: string;
  /** Its whole configuration, YAML. */
  readonly config: string;
  /** A port its configuration listens on: it is ready when that is open. */
  readonly port: number;
  readonly env?: NodeJS.ProcessEnv;
}

/** Starts a Collector; ends with the program. */
export function startCollector({
  binary,
  config,
  port,
  env,
}: CollectorOptions): Promise<RunningProgram> {
  const file = join(mkdtempSync(join(tmpdir(), 'otelcol-')), 'otelcol.yaml');
  writeFileSync(file, config);
  return startProgram({
    file: binary,
    args: ['--config', file],
    ready: () => isOpen(port),
    ...(env === undefined ? {} : { env }),
  });
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
