import { existsSync } from 'node:fs';
import { freePort, HttpSink, SeededRandom, traceRequest } from '@spanguard/testkit';
import { expect } from 'chai';
import { loadConfig } from '#processor/config/load-config.ts';
import { silentLogger } from '#processor/pipeline/logger.ts';
import { createProcessor } from '#processor/service/create-processor.ts';
import { machine } from '#processor/service/machine.ts';
import type { Processor } from '#processor/service/processor.ts';
import { eventually, postOtlp } from './running-processor.ts';
import { SimulatedDisk } from './simulated-disk.ts';

const FOLDER = '/spanguard-simulated/data';
const KEY_BYTES = 32;

describe('a processor on a simulated disk', function () {
  let sink: HttpSink;
  before(async () => {
    sink = await HttpSink.listen();
  });
  after(() => sink.close());

  async function started(disk: SimulatedDisk): Promise<Processor> {
    const text = `
data: ${FOLDER}
receivers: { otlp_http: { endpoint: "127.0.0.1:0" }, otlp_grpc: { enabled: false } }
admin: { endpoint: "127.0.0.1:${await freePort()}" }
# Its store is a file of SQLite, which no simulated disk can lose: test/inventory kills it for real.
inventory: { enabled: false }
exporters: { otlp_http: { endpoint: "${sink.url}", compression: none } }
`;
    const loaded = loadConfig({ file: 'test.yaml', text, env: {}, readFile: () => undefined });
    if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join());
    const created = await createProcessor(loaded.config, {
      ...machine,
      hasThreads: false,
      fileSystem: disk.fileSystem(),
      openFolder: (path) => ({
        path,
        key: (name) => Buffer.alloc(KEY_BYTES, name),
        release: () => undefined,
      }),
      logger: silentLogger,
      stdout: () => undefined,
      version: '0',
    });
    if (!created.ok) throw new Error(created.problems.join());
    await created.processor.start();
    return created.processor;
  }

  for (const kind of ['power', 'kill'] as const) {
    it(`loses nothing that it answered for when it dies, and touches no other disk: ${kind}`, async () => {
      const random = new SeededRandom(7391);
      const disk = new SimulatedDisk(() => random.fraction(), { syncFails: 0, diskFull: 0 });
      sink.requests.splice(0);
      sink.answerByDefault = { status: 503 };
      const first = await started(disk);
      const url = `http://${first.addresses().receivers['otlp_http']}`;
      const sent = [1, 2, 3].map((seed) => traceRequest({ seed, spans: 5, secretShare: 0 }));
      for (const bytes of sent) expect(await postOtlp(url, 'traces', bytes)).to.equal(200);
      disk.restart(kind);
      await first.shutdown({ atMs: machine.clock.monotonic() });

      sink.requests.splice(0);
      sink.answerByDefault = { status: 200 };
      const second = await started(disk);
      await eventually('all that was answered for', () => {
        const bytes = Buffer.concat(sink.requests.map(({ body }) => Buffer.from(body)));
        return sent.every((one) => bytes.includes(Buffer.from(one)));
      });
      await second.shutdown({ atMs: machine.clock.monotonic() + 60_000 });
      expect(existsSync(FOLDER)).to.equal(false);
    });
  }
});
