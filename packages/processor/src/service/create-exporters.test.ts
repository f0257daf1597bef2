import { FakeClock } from '@spanguard/testkit';
import { expect } from 'chai';
import { z } from 'zod';
import { defineExporter } from '../exporters/define-exporter.ts';
import { flag } from '../options/option-kinds.ts';
import { silentLogger } from '../pipeline/logger.ts';
import { createBackends } from './create-exporters.ts';

/** Keeps nothing, and says so. */
const forgetful = defineExporter({
  type: 'forgetful',
  stability: 'beta',
  config: z.strictObject({ enabled: flag({ default: true, doc: 'Whether it is there.' }) }),
  about: () => ({
    target: { kind: 'folder', option: 'folder', path: '/nowhere' },
    signals: ['traces'],
    concurrency: 1,
    batchBytesMax: 1,
  }),
  create: (_config, { gaveUp }) => ({
    send: (_signal, requests) => {
      gaveUp('requests_max', requests.length);
      return Promise.resolve({ kind: 'accepted', rejectedItems: 0 });
    },
    close: () => undefined,
  }),
});

describe('what an exporter lets go of', () => {
  it('is counted under its name and that of the bound; one that is off is not made', async () => {
    const counted: string[] = [];
    const places = createBackends(
      {
        exporters: new Map([
          ['forgetful/a', forgetful.shape.parse({})],
          ['forgetful/b', forgetful.shape.parse({ enabled: false })],
        ]),
      },
      {
        clock: new FakeClock(),
        logger: silentLogger,
        metrics: {
          add: (name, value, labels) => {
            counted.push([name, ...Object.values(labels ?? {}), value].join(' '));
          },
        },
      },
    );
    expect([...places.keys()]).to.deep.equal(['forgetful/a']);
    await places.get('forgetful/a')?.backend.send('traces', [new Uint8Array(1), new Uint8Array(1)]);
    expect(counted).to.deep.equal(['exporter.gave_up forgetful/a requests_max 2']);
  });
});
