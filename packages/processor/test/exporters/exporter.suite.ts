/** What every exporter does, wherever it sends: each runs it against a real counterpart. */
import { inspect } from 'node:util';
import {
  decodeRequest,
  FakeClock,
  logsRequest,
  metricsRequest,
  traceRequest,
} from '@spanguard/testkit';
import { expect } from 'chai';
import { formatConfigProblem, loadConfig } from '#processor/config/load-config.ts';
import type { Backend } from '#processor/exporters/backend.ts';
import { SIGNALS, type Signal } from '#processor/model/signal.ts';
import { noCounters } from '#processor/pipeline/counters.ts';
import { silentLogger } from '#processor/pipeline/logger.ts';
import { createBackends } from '#processor/service/create-exporters.ts';

/** How a counterpart takes what it gets. */
export type Reception = 'accepted' | 'later' | 'paused';

/** The other end of an exporter. */
export interface ExportCounterpart {
  /** The options of the exporter, as a user writes them. */
  readonly options: string;
  /** Whether anything has been asked of it, or made, yet. */
  isTouched(): boolean;
  /** Export requests it holds, as protobuf, in order. */
  taken(signal: Signal): readonly Uint8Array[];
  receive(reception: Reception): void;
  close(): Promise<void> | void;
}

/** An exporter, and what of the suite applies to it. */
export interface TestedExporter {
  readonly type: string;
  readonly open: () => Promise<ExportCounterpart>;
  readonly receptions: readonly Reception[];
  /** In its options, and shown nowhere. */
  readonly secrets: readonly string[];
}

const REQUESTS: Readonly<Record<Signal, readonly Uint8Array[]>> = {
  traces: [1, 2, 3].map((seed) => traceRequest({ seed, spans: 4 })),
  metrics: [1, 2, 3].map((seed) => metricsRequest({ seed, metrics: 4 })),
  logs: [1, 2, 3].map((seed) => logsRequest({ seed, records: 4 })),
};
const ACCEPTED = { kind: 'accepted', rejectedItems: 0 };

/** What is in all of them, one behind the other: requests may be merged on the way, and nothing else. */
function contentOf(signal: Signal, requests: readonly Uint8Array[]): unknown[] {
  return requests.flatMap((bytes) => Object.values(decodeRequest(signal, bytes)).flat());
}

/** Runs the suite. */
export function testExporter({ type, open, receptions, secrets }: TestedExporter): void {
  describe(`the ${type} exporter, as every exporter`, () => {
    let counterpart: ExportCounterpart;
    let backend: Backend;
    let config: unknown;

    beforeEach(async () => {
      counterpart = await open();
      const text = `exporters: { ${type}/tested: ${counterpart.options} }`;
      const loaded = loadConfig({ file: 'f.yaml', text, env: {}, readFile: () => undefined });
      if (!loaded.ok) throw new Error(loaded.problems.map(formatConfigProblem).join('\n'));
      config = loaded.config;
      const clock = new FakeClock({ nowMs: Date.UTC(2026, 0, 1) });
      const needs = { clock, metrics: noCounters, logger: silentLogger };
      const created = createBackends(loaded.config, needs).get(`${type}/tested`);
      if (created === undefined) throw new Error('the exporter is not there');
      ({ backend } = created);
    });
    afterEach(async () => {
      await backend.close();
      await counterpart.close();
    });

    it('touches nothing before it is sent something', async () => {
      expect(counterpart.isTouched()).to.equal(false);
      await backend.close();
      expect(counterpart.isTouched()).to.equal(false);
    });

    for (const signal of SIGNALS) {
      it(`delivers several requests as one, in order, and loses nothing: ${signal}`, async () => {
        const [first, ...others] = REQUESTS[signal];
        if (first === undefined) return;
        expect(await backend.send(signal, [first])).to.deep.equal(ACCEPTED);
        expect(await backend.send(signal, others)).to.deep.equal(ACCEPTED);
        expect(contentOf(signal, counterpart.taken(signal))).to.deep.equal(
          contentOf(signal, REQUESTS[signal]),
        );
        for (const other of SIGNALS) {
          if (other !== signal) expect(counterpart.taken(other)).to.deep.equal([]);
        }
      });
    }

    it('leaves the bytes it is given as they are', async () => {
      const given = REQUESTS.traces.map((bytes) => Buffer.from(bytes));
      await backend.send('traces', given);
      expect(given.every((bytes, index) => bytes.equals(REQUESTS.traces[index] ?? bytes))).to.equal(
        true,
      );
    });

    for (const reception of receptions) {
      if (reception === 'accepted') continue;
      it(`says ${reception}, without a secret, and delivers whole once it is taken`, async () => {
        counterpart.receive(reception);
        const failed = await backend.send('traces', REQUESTS.traces);
        expect(failed.kind).to.equal(reception);
        for (const secret of secrets) expect(JSON.stringify(failed)).not.to.include(secret);
        const before = counterpart.taken('traces').length;
        counterpart.receive('accepted');
        expect(await backend.send('traces', REQUESTS.traces)).to.deep.equal(ACCEPTED);
        const after = counterpart.taken('traces').slice(before);
        expect(contentOf('traces', after)).to.deep.equal(contentOf('traces', REQUESTS.traces));
      });
    }

    it('may be closed twice', async () => {
      await backend.send('traces', REQUESTS.traces);
      await backend.close();
      await backend.close();
    });

    it('shows none of its secrets in the configuration', () => {
      for (const secret of secrets) {
        expect(inspect(config, { depth: 20, showHidden: true })).not.to.include(secret);
      }
    });
  });
}
