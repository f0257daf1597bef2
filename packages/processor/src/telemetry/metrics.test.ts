import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { COUNTERS, GAUGES } from './catalogue.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { observeProcess } from './observe-process.ts';

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));

/** The text of all files of the package, tests or not. */
function textOf({ tests }: { readonly tests: boolean }): string {
  return ['src', 'test']
    .flatMap((folder) =>
      readdirSync(join(PACKAGE, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
        join(PACKAGE, folder, name),
      ),
    )
    .filter((file) => file.endsWith('.ts') && !file.endsWith('catalogue.ts'))
    .filter((file) => file.endsWith('.test.ts') === tests)
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
}

/** What Prometheus would read. */
async function scraped(metrics: Metrics): Promise<string> {
  const server = createServer((request, response) => metrics.handleScrape(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  server.close();
  return text;
}

describe('the metrics', () => {
  it('count everything the catalogue names', () => {
    const sources = textOf({ tests: false });
    const uncounted = Object.keys(COUNTERS).filter((name) => !sources.includes(`'${name}'`));
    expect(uncounted).to.deep.equal([]);
  });

  it('have a test for every counter', () => {
    const tests = textOf({ tests: true });
    const asPrometheus = (name: string): string => name.replaceAll('.', '_');
    const unseen = Object.keys(COUNTERS).filter(
      (name) =>
        ![`'${name}'`, `'${name} `, asPrometheus(name)].some((written) => tests.includes(written)),
    );
    expect(unseen).to.deep.equal([]);
  });

  it('show every counter once it moved, with unit and sentence', async () => {
    const metrics = createMetrics({ serviceName: 'test' });
    for (const name of Object.keys(COUNTERS)) metrics.add(name, 2, { label: 'x' });
    const text = await scraped(metrics);
    for (const [name, { description }] of Object.entries(COUNTERS)) {
      const shown = `spanguard_${name.replaceAll('.', '_')}_`;
      expect(text).to.match(new RegExp(`^${shown}[a-z_]*total\\{[^}]*label="x"[^}]*\\} 2\\b`, 'm'));
      expect(text).to.include(description);
    }
    await metrics.shutdown();
  });

  it('show every gauge, one value for each label', async () => {
    const metrics = createMetrics({ serviceName: 'test' });
    const end = observeProcess(metrics);
    metrics.observe('journal.bytes', () => 7);
    metrics.observe('consumer.age_seconds', () => [
      { value: 1.5, labels: { consumer: 'correlation' } },
      { value: 0, labels: { consumer: 'channel webhook' } },
    ]);
    for (const name of [
      'consumer.lag_records',
      'consumer.lag_bytes',
      'consumer.stalled_seconds',
    ] as const) {
      metrics.observe(name, () => [{ value: 3, labels: { consumer: 'correlation' } }]);
    }
    const text = await scraped(metrics);
    for (const [name, { description }] of Object.entries(GAUGES)) {
      expect(text).to.match(new RegExp(`^spanguard_${name.replaceAll('.', '_')}\\{`, 'm'));
      expect(text).to.include(description);
    }
    expect(text).to.match(
      /^spanguard_consumer_age_seconds\{[^}]*consumer="correlation"[^}]*\} 1\.5/m,
    );
    expect(text).to.match(/^spanguard_process_resident_memory_bytes\{[^}]*\} [1-9]\d{6,}/m);
    end();
    await metrics.shutdown();
  });
});
