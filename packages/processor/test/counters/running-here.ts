/** A whole processor in this process, in a folder of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatConfigProblem, loadConfig } from '#processor/config/load-config.ts';
import { machine } from '#processor/service/machine.ts';
import { silentLogger } from '#processor/pipeline/logger.ts';
import { createProcessor } from '#processor/service/create-processor.ts';
import { eventually } from '../running-processor.ts';

/** A processor that runs. */
export interface RunningHere {
  /** Base URL of OTLP/HTTP. */
  readonly url: string;
  readonly data: string;
  /** What Prometheus would read. */
  readonly scrape: () => Promise<string>;
  /** Waits until a counter, all labels together, is at least so much. */
  readonly reaches: (name: string, value?: number) => Promise<void>;
  /** Stops; nothing that waits is waited for. */
  readonly stop: () => Promise<void>;
}

/** A folder for a processor, and its end. */
export function scratchFolder(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'spanguard-counters-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Starts one on free ports; `config` is whatever the defaults are not to be. */
export async function runHere(folder: string, config: readonly string[]): Promise<RunningHere> {
  const data = join(folder, 'data');
  const text = [
    `data: ${data}`,
    'receivers: { otlp_http: { endpoint: "127.0.0.1:0" }, otlp_grpc: { enabled: false } }',
    'admin: { endpoint: "127.0.0.1:0" }',
    ...config,
  ].join('\n');
  const loaded = loadConfig({ file: 'f.yaml', text, env: {}, readFile: () => undefined });
  if (!loaded.ok) throw new Error(loaded.problems.map(formatConfigProblem).join('\n'));
  const created = await createProcessor(loaded.config, {
    ...machine,
    logger: silentLogger,
    stdout: () => undefined,
    version: '0',
  });
  if (!created.ok) throw new Error(created.problems.join('\n'));
  const { processor } = created;
  await processor.start();
  const { receivers, admin } = processor.addresses();
  const scrape = async (): Promise<string> => (await fetch(`http://${admin}/metrics`)).text();
  return {
    url: `http://${receivers['otlp_http']}`,
    data,
    scrape,
    reaches: (name, value = 1) =>
      eventually(`${name} to reach ${value}`, async () => sumOf(await scrape(), name) >= value),
    stop: () => processor.shutdown({ atMs: machine.clock.monotonic() }),
  };
}

function sumOf(scrape: string, name: string): number {
  const shown = new RegExp(
    `^spanguard_${name.replaceAll('.', '_')}_total\\{[^}]*\\} ([\\d.e+]+)`,
    'gm',
  );
  return [...scrape.matchAll(shown)].reduce((sum, [, value]) => sum + Number(value), 0);
}
