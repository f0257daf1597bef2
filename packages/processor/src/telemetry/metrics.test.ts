import { createServer } from 'node:http';
import { once } from 'node:events';
import { expect } from 'chai';
import {
  COUNTER_NAMES,
  type CounterName,
  COUNTERS,
  GAUGES,
  type LabelsOf,
} from '../pipeline/catalogue.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { observeProcess } from './observe-process.ts';

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

/** One value for each label of a counter. */
function labelled<N extends CounterName>(name: N, value: string): LabelsOf<N> {
  return Object.fromEntries(COUNTERS[name].labels.map((label) => [label, value])) as LabelsOf<N>;
}

describe('the metrics', () => {
  it('show every counter once it moved, with unit and sentence', async () => {
    const metrics = createMetrics({ serviceName: 'test' });
    for (const name of COUNTER_NAMES) metrics.add(name, 2, labelled(name, 'x'));
    const text = await scraped(metrics);
    for (const [name, { description, labels }] of Object.entries(COUNTERS)) {
      const shown = `^spanguard_${name.replaceAll('.', '_')}_[a-z_]*total\\{[^}]*`;
      const told = labels.map((label) => `${label}="x"[^}]*`).join('');
      expect(text).to.match(new RegExp(`${shown}${told}\\} 2\\b`, 'm'));
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
