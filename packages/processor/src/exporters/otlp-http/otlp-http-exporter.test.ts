import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { countDataPoints, encodeExportResponse, encodeTracesRequest } from '@spanguard/otlp';
import {
  decodeRequest,
  FakeClock,
  HttpSink,
  metricsRequest,
  type SinkAnswer,
  traceRequest,
} from '@spanguard/testkit';
import { expect } from 'chai';
import { runtimeOf, ScriptedSource } from '../../../test/scripted-source.ts';
import type { Clock } from '../../pipeline/clock.ts';
import type { ConsumerRuntime } from '../../pipeline/consumer/consumer-runtime.ts';
import { silentLogger } from '../../pipeline/logger.ts';
import { BatchExporter, type BatchExporterSettings, type DeadBatch } from '../batch-exporter.ts';
import { MarkedBackend } from './marked-backend.ts';
import { OtlpBackend, type OtlpBackendSettings } from './otlp-backend.ts';

type Settings = OtlpBackendSettings & BatchExporterSettings;

/** A journal of traces. */
class TraceSource extends ScriptedSource {
  add(text: string, itemCount = 1): void {
    this.addBytes(Buffer.from(text), itemCount);
  }

  addBytes(payload: Uint8Array, itemCount: number): void {
    this.put({ payload, itemCount });
  }
}

const ONE_BY_ONE = 1;
const REQUEST_MS = 7_654_321;
const STEP_MS = 500;
const REJECTED_TWO = encodeExportResponse({ rejected: 2, message: 'too old' });
const PROTOBUF = { 'content-type': 'application/x-protobuf' };

describe('the OTLP/HTTP exporter', () => {
  let sink: HttpSink;
  let source: TraceSource;
  let clock: FakeClock;
  let counted: Map<string, number>;
  let buried: DeadBatch[];
  let logged: string[];
  let underWay: Set<object>;
  let keep: (batch: DeadBatch) => Promise<boolean>;
  let exporter: ConsumerRuntime | undefined;

  beforeEach(async () => {
    sink = await HttpSink.listen();
    source = new TraceSource();
    clock = new FakeClock();
    counted = new Map();
    buried = [];
    logged = [];
    underWay = new Set();
    keep = (batch) => {
      buried.push(batch);
      return Promise.resolve(true);
    };
  });
  afterEach(async () => {
    await exporter?.shutdown({ atMs: clock.monotonic() - 1 });
    await sink.close();
  });

  async function started(
    changed: Partial<Settings> = {},
    { mark }: { readonly mark?: Uint8Array } = {},
  ): Promise<void> {
    const settings: Settings = {
      name: 'otlp_http/test',
      endpoint: sink.url,
      headers: { 'x-token': { reveal: () => 'secret' } },
      signals: ['traces'],
      timeoutMs: 10_000,
      concurrency: 4,
      batchBytesMax: 1000,
      compression: 'none',
      encoding: 'protobuf',
      ...changed,
    };
    const watched: Clock = { now: clock.now, monotonic: clock.monotonic, after };
    const counters = {
      add: (name: string, value: number) =>
        void counted.set(name, (counted.get(name) ?? 0) + value),
    };
    const warn = (_fields: object, message: string): void => void logged.push(message);
    const logger = { ...silentLogger, warn };
    const backend = new OtlpBackend(settings, watched);
    const consumer = new BatchExporter(settings, {
      backend: mark === undefined ? backend : new MarkedBackend(backend, { mark, clock: watched }),
      deadLetter: (batch) => keep(batch),
      clock: watched,
      counters,
      logger,
      random: () => 1,
    });
    exporter = runtimeOf({ source, consumer, clock: watched, counters, logger });
    await exporter.start();
  }

  const buriedTexts = (): string[] => buried.map(({ bytes }) => Buffer.from(bytes).toString());

  /** Lets the sink answer by what it is sent. */
  function answerBy(answer: (body: Buffer) => SinkAnswer): void {
    Object.defineProperty(sink, 'answerByDefault', {
      get: () => answer(Buffer.from(sink.requests.at(-1)?.body ?? [])),
    });
  }

  /** Timers of this length are those of requests: while one runs, a request is under way. */
  function after(delayMs: number, callback: () => void): () => void {
    if (delayMs !== REQUEST_MS) return clock.after(delayMs, callback);
    const cancel = clock.after(delayMs, callback);
    const request = {};
    underWay.add(request);
    return () => {
      underWay.delete(request);
      cancel();
    };
  }

  /** Settles when no request is under way and none follows from what was answered. */
  async function idle(): Promise<void> {
    for (let turns = 0; turns < 30; turns += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      if (underWay.size > 0) turns = -1;
    }
  }

  /** Lets time pass in steps, of which none is taken while a request is under way. */
  async function pass(ms: number, isEnough = () => false): Promise<void> {
    const untilMs = clock.monotonic() + ms;
    await idle();
    while (clock.monotonic() < untilMs && !isEnough()) {
      await clock.advanceAsync(Math.min(STEP_MS, untilMs - clock.monotonic()));
      await idle();
    }
  }

  const bodies = (): string[] => sink.requests.map(({ body }) => Buffer.from(body).toString());

  async function until(isTrue: () => boolean): Promise<void> {
    while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
  }

  /** Lets the network have its say; what has not come by then is not coming. */
  const quiet = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 30));
  const failed = (times: number): Promise<void> =>
    until(() => (counted.get('exporter.failed') ?? 0) >= times);
  const committed = (sequence: number): Promise<void> => until(() => source.committed === sequence);

  it('posts what is there as one request and moves the cursor', async () => {
    for (const text of ['a', 'b', 'c']) source.add(text);
    await started();
    await committed(2);
    expect(bodies()).to.deep.equal(['abc']);
    expect(sink.requests[0]).to.include({ method: 'POST', path: '/v1/traces' });
    expect(sink.requests[0]?.headers).to.include({ 'x-token': 'secret', ...PROTOBUF });
    expect(counted.get('exporter.items')).to.equal(3);
  });

  describe('answered in a way that passes', () => {
    const cases: readonly [string, SinkAnswer, number][] = [
      ['429 with seconds', { status: 429, headers: { 'retry-after': '7' } }, 7000],
      ['503 with seconds', { status: 503, headers: { 'retry-after': '120' } }, 120_000],
      ['503 with a date', { status: 503, headers: { 'retry-after': httpDate(9000) } }, 9000],
      ['429 without a time', { status: 429 }, 1000],
      ['503 with no time to wait', { status: 503, headers: { 'retry-after': '0' } }, 1000],
      ['500', { status: 500 }, 1000],
      ['502', { status: 502 }, 1000],
      ['504', { status: 504 }, 1000],
      ['408', { status: 408 }, 1000],
      ['a reset', { kind: 'reset', afterBytes: 10 }, 1000],
    ];
    for (const [title, answer, waitMs] of cases) {
      it(`asks again after ${waitMs} ms: ${title}`, async () => {
        sink.answer(answer);
        source.add('a');
        await started();
        await failed(1);
        await clock.advanceAsync(waitMs - 1);
        await quiet();
        expect(sink.requests).to.have.length(1);
        expect(source.committed).to.equal(-1);
        await clock.advanceAsync(1);
        await committed(0);
        expect(buried).to.deep.equal([]);
      });
    }

    it('asks again when nothing was answered in time', async () => {
      sink.answer({ kind: 'hang' });
      source.add('a');
      await started();
      await sink.received(1);
      await clock.advanceAsync(9_999);
      await quiet();
      expect(counted.get('exporter.failed')).to.equal(undefined);
      await clock.advanceAsync(1);
      await failed(1);
      await clock.advanceAsync(1000);
      await committed(0);
    });
  });

  describe('refused as a whole', () => {
    for (const status of [301, 302, 307, 308, 401, 403, 404, 405, 406, 407, 415]) {
      it(`keeps everything and asks seldom: ${status}`, async () => {
        sink.answer({ status, headers: { location: `${sink.url}/elsewhere` } });
        source.add('a');
        await started();
        await failed(1);
        source.add('b');
        await clock.advanceAsync(29_999);
        await quiet();
        expect(sink.requests).to.have.length(1);
        expect(buried).to.deep.equal([]);
        await clock.advanceAsync(1);
        await committed(1);
        expect(sink.requests.map(({ path }) => path)).to.not.include('/elsewhere');
      });
    }
  });

  describe('with an entry the backend never takes', () => {
    it('buries it as a dead letter and goes on', async () => {
      sink.answer({ status: 400 });
      source.add('bad', 7);
      await started();
      await committed(0);
      expect(buriedTexts()).to.deep.equal(['bad']);
      expect(counted.get('exporter.dead_letter_items')).to.equal(7);
    });

    for (const status of [400, 413, 422]) {
      it(`buries no entry that only travelled with it: ${status}`, async () => {
        answerBy((body) => ({ status: body.includes('bad') ? status : 200 }));
        for (const text of ['good', 'bad', 'fine']) source.add(text);
        await started();
        await committed(2);
        expect(bodies()).to.deep.equal(['goodbadfine', 'good', 'badfine', 'bad', 'fine']);
        expect(buriedTexts()).to.deep.equal(['bad']);
        expect(counted.get('exporter.items')).to.equal(2);
      });
    }

    for (const [title, refuse] of [
      ['refuses it', () => Promise.resolve(false)],
      ['fails', () => Promise.reject(new Error('disk'))],
    ] as const) {
      it(`keeps it while the dead-letter folder ${title}`, async () => {
        sink.answerByDefault = { status: 400 };
        let isRefusing = true;
        keep = (batch) => {
          if (isRefusing) return refuse();
          buried.push(batch);
          return Promise.resolve(true);
        };
        source.add('bad');
        await started();
        await until(() => counted.get('exporter.dead_letter_failed') === 1);
        await quiet();
        expect(source.committed).to.equal(-1);
        isRefusing = false;
        await clock.advanceAsync(1000);
        await committed(0);
        expect(buriedTexts()).to.deep.equal(['bad']);
      });
    }
  });

  describe('told of a partial success', () => {
    const json = (text: string): SinkAnswer => ({
      headers: { 'content-type': 'application/json' },
      body: text,
    });
    const cases: readonly [string, SinkAnswer, number][] = [
      ['protobuf', { headers: PROTOBUF, body: REJECTED_TWO }, 2],
      ['JSON', json('{"partialSuccess":{"rejectedSpans":"2","errorMessage":"old"}}'), 2],
      ['a warning only', json('{"partialSuccess":{"errorMessage":"slow"}}'), 0],
      ['more than was sent', json('{"partialSuccess":{"rejectedSpans":99}}'), 5],
      ['less than nothing', json('{"partialSuccess":{"rejectedSpans":-3}}'), 0],
      ['5 MB', json(`"${'x'.repeat(5 * 1024 * 1024)}"`), 0],
    ];
    for (const [title, answer, rejected] of cases) {
      it(`counts ${rejected} as rejected and never sends again: ${title}`, async () => {
        sink.answer(answer);
        source.add('a', 5);
        await started();
        await committed(0);
        expect(counted.get('exporter.rejected_items') ?? 0).to.equal(rejected);
        expect(counted.get('exporter.items')).to.equal(5 - rejected);
        expect(sink.requests).to.have.length(1);
        expect(logged).to.have.length(rejected > 0 ? 1 : 0);
      });
    }
  });

  describe('answered with 200 in words that are not OTLP', () => {
    const html = '<!doctype html><title>Sign in</title>';
    const cases: readonly [string, SinkAnswer][] = [
      ['a login page', { headers: { 'content-type': 'text/html; charset=utf-8' }, body: html }],
      [
        'a page that says it is XHTML',
        { headers: { 'content-type': 'application/xhtml+xml' }, body: html },
      ],
      ['text', { headers: { 'content-type': 'text/plain' }, body: 'OK' }],
      ['a page of no type', { body: html }],
      [
        'a page that says it is JSON',
        { headers: { 'content-type': 'application/json' }, body: html },
      ],
      ['JSON cut off', { headers: { 'content-type': 'application/json' }, body: '{"partialSucc' }],
      ['JSON of another shape', { headers: { 'content-type': 'application/json' }, body: '[]' }],
      ['garbage protobuf', { headers: PROTOBUF, body: Buffer.from('ffffffff', 'hex') }],
    ];
    for (const [title, answer] of cases) {
      it(`delivers nothing, keeps everything and asks seldom: ${title}`, async () => {
        sink.answer(answer);
        source.add('a');
        await started();
        await failed(1);
        await clock.advanceAsync(29_999);
        expect(sink.requests).to.have.length(1);
        expect([source.committed, counted.get('exporter.items'), buried]).to.deep.equal([
          -1,
          undefined,
          [],
        ]);
        await clock.advanceAsync(1);
        await committed(0);
      });
    }

    for (const [title, answer] of [
      ['nothing', {}],
      ['204', { status: 204 }],
      ['an empty page', { headers: { 'content-type': 'text/html' } }],
      ['{}', { headers: { 'content-type': 'application/json; charset=utf-8' }, body: '{}' }],
      ['null', { headers: PROTOBUF, body: encodeExportResponse() }],
    ] as const) {
      it(`takes the words of a backend that has nothing to say for a success: ${title}`, async () => {
        sink.answer(answer);
        source.add('a');
        await started();
        await committed(0);
      });
    }
  });

  describe('with a record the backend never takes', () => {
    const poisonName = 'poison-7391';
    const spansOf = (bytes: Uint8Array): string[] =>
      (decodeRequest('traces', bytes).resourceSpans ?? [])
        .flatMap(({ scopeSpans }) => scopeSpans ?? [])
        .flatMap(({ spans }) => spans ?? [])
        .map(({ name }) => name ?? '');

    /** An entry of so many spans, of which those at some places are poison. */
    function addSpans(count: number, poisonAt: readonly number[] = []): void {
      const source1 = { resource: { 'service.name': 'shop' }, scopeName: 'test' };
      const bytes = encodeTracesRequest(
        source1,
        Array.from({ length: count }, (_, index) => ({
          traceId: (index + 1).toString(16).padStart(32, '0'),
          spanId: (index + 1).toString(16).padStart(16, '0'),
          name: poisonAt.includes(index) ? poisonName : `span-${index}`,
          kind: 2,
          startMs: 1,
          endMs: 2,
          attributes: {},
        })),
      );
      source.addBytes(bytes, count);
    }

    const accepted = (): string[] =>
      sink.requests
        .filter(({ body }) => !isRefused(Buffer.from(body)))
        .flatMap(({ body }) => spansOf(body));
    let isRefused: (body: Buffer) => boolean;
    const refuse = (status: number, when = (body: Buffer) => body.includes(poisonName)): void => {
      isRefused = when;
      answerBy((body) => ({ status: when(body) ? status : 200 }));
    };
    const settle = (): Promise<void> =>
      pass(120_000, () => source.committed === source.entries.length - 1);

    for (const status of [400, 413, 500, 503]) {
      it(`finds it, keeps it as a dead letter, and sends all others once: ${status}`, async () => {
        refuse(status);
        addSpans(20);
        addSpans(50, [17]);
        addSpans(20);
        await started({ timeoutMs: REQUEST_MS, batchBytesMax: 1_000_000 });
        await settle();
        await committed(2);
        expect(buried.flatMap(({ bytes }) => spansOf(bytes))).to.deep.equal([poisonName]);
        expect(buried.map(({ signal, itemCount }) => [signal, itemCount])).to.deep.equal([
          ['traces', 1],
        ]);
        expect(accepted()).to.have.length(89);
        expect(counted.get('exporter.items')).to.equal(89);
        expect(counted.get('exporter.dead_letter_items')).to.equal(1);
        expect(clock.monotonic()).to.be.most(60_000);
      });
    }

    it('is held up for no longer by the very first of all records, nor by several', async () => {
      refuse(500);
      addSpans(64, [0, 31, 63]);
      await started({ timeoutMs: REQUEST_MS, batchBytesMax: 1_000_000, concurrency: 1 });
      await settle();
      await committed(0);
      expect(buried.flatMap(({ bytes }) => spansOf(bytes))).to.deep.equal(
        Array(3).fill(poisonName),
      );
      expect(accepted()).to.have.length(61);
      expect(clock.monotonic()).to.be.most(60_000);
    });

    for (const concurrency of [1, 4]) {
      it(`lets others pass while one batch fails: ${concurrency} at once`, async () => {
        refuse(500);
        for (let index = 0; index < 12; index += 1) addSpans(12, index === 0 ? [0] : []);
        await started({ timeoutMs: REQUEST_MS, batchBytesMax: 1000, concurrency });
        await until(() => counted.get('exporter.items') === 132);
        expect(clock.monotonic()).to.equal(0);
        expect(source.committed).to.equal(-1);
        await settle();
        await committed(11);
        expect(buried.map(({ itemCount }) => itemCount)).to.deep.equal([1]);
        expect(buried[0]?.reason).to.equal('again and again, while others are taken: status 500');
        expect(clock.monotonic()).to.be.within(30_000, 60_000);
      });
    }

    it('is told from a backend that is away: then nothing is a dead letter, however long', async () => {
      refuse(500, () => true);
      for (let index = 0; index < 40; index += 1) addSpans(8);
      await started({ timeoutMs: REQUEST_MS, batchBytesMax: ONE_BY_ONE, concurrency: 2 });
      await pass(3_600_000);
      expect(buried).to.deep.equal([]);
      // Asked every 30 s by no more requests at once than it may be.
      expect(sink.requests.length).to.be.most(2 * 2 * 60 + 20);
      expect(source.taken).to.be.most(25);
      sink.requests.splice(0);
      refuse(500);
      await settle();
      await committed(39);
      expect(accepted()).to.have.length(320);
    });

    it('is told from a backend that fails for others too', async () => {
      let turn = 0;
      refuse(500, () => false);
      answerBy(() => ({ status: (turn += 1) % 3 === 0 ? 200 : 500 }));
      for (let index = 0; index < 12; index += 1) addSpans(2);
      await started({ timeoutMs: REQUEST_MS, batchBytesMax: ONE_BY_ONE, concurrency: 1 });
      await pass(4_000_000, () => source.committed === 11);
      expect(source.committed).to.equal(11);
      expect(buried).to.deep.equal([]);
    });

    it('buries a batch as it is where the backend refuses everything: the requests are bounded', async () => {
      refuse(400, () => true);
      addSpans(2000);
      await started({ timeoutMs: REQUEST_MS, batchBytesMax: 1_000_000 });
      await committed(0);
      expect(buried.reduce((sum, { itemCount }) => sum + itemCount, 0)).to.equal(2000);
      expect(sink.requests.length).to.be.most(600);
    });

    it('counts the data points of a part of metrics', async () => {
      const bytes = metricsRequest({ seed: 5 });
      const points = countDataPoints(bytes);
      let isFirst = true;
      answerBy(() => {
        const status = isFirst ? 413 : 200;
        isFirst = false;
        return { status };
      });
      source.put({ signal: 'metrics', itemCount: points, payload: bytes });
      await started({ timeoutMs: REQUEST_MS, signals: ['metrics'], batchBytesMax: 1_000_000 });
      await committed(0);
      expect(sink.requests).to.have.length(3);
      expect(counted.get('exporter.items')).to.equal(points);
    });
  });

  describe('compressing and encoding', () => {
    const cases = [
      ['gzip', (bytes: Uint8Array) => gunzipSync(bytes)],
      ['zstd', (bytes: Uint8Array) => zstdDecompressSync(bytes)],
      ['none', (bytes: Uint8Array) => Buffer.from(bytes)],
    ] as const;
    for (const [compression, undo] of cases) {
      it(`sends ${compression}`, async () => {
        source.add('hello '.repeat(20));
        await started({ compression });
        await committed(0);
        const { headers, rawBody } = sink.requests[0] ?? { headers: {}, rawBody: Buffer.alloc(0) };
        const expected = compression === 'none' ? undefined : compression;
        expect(headers['content-encoding']).to.equal(expected);
        expect(undo(rawBody).toString()).to.equal('hello '.repeat(20));
      });
    }

    it('sends several entries as one JSON request', async () => {
      const small = traceRequest({ seed: 1, spans: 2 });
      for (let index = 0; index < 2; index += 1) source.addBytes(small, 1);
      await started({ encoding: 'json', batchBytesMax: 1_000_000 });
      await committed(1);
      expect(sink.requests[0]?.headers).to.include({ 'content-type': 'application/json' });
      const sent = JSON.parse(bodies()[0] ?? '') as { resourceSpans: unknown[] };
      expect(sent.resourceSpans).to.have.length.above(1);
    });
  });

  describe('its cursor', () => {
    it('has little under way behind it after the start, and more when more was delivered', async () => {
      let isHeld = true;
      Object.defineProperty(sink, 'answerByDefault', {
        get: () => (isHeld ? { kind: 'hang' } : { status: 200 }),
      });
      for (let index = 0; index < 400; index += 1) source.add('x'.repeat(8000));
      await started({ batchBytesMax: 1_000_000 });
      await sink.received(1);
      await quiet();
      expect(bodies().join('').length).to.equal(16_000);
      isHeld = false;
      await clock.advanceAsync(10_000);
      await failed(1);
      await clock.advanceAsync(1000);
      await committed(399);
      expect(Math.max(...bodies().map(({ length }) => length))).to.be.within(32_000, 40_000);
    });

    it('moves only over entries done without a gap before them', async () => {
      sink.answer({ status: 503, headers: { 'retry-after': '5' }, delayMs: 30 });
      for (const text of ['stuck', 'b', 'c']) source.add(text);
      await started({ batchBytesMax: ONE_BY_ONE, concurrency: 3 });
      await until(() => counted.get('exporter.items') === 2);
      await failed(1);
      expect(source.committed).to.equal(-1);
      await clock.advanceAsync(5000);
      await committed(2);
    });

    it('is never far behind what is read', async () => {
      sink.answer({ kind: 'hang' });
      for (let index = 0; index < 500; index += 1) source.add('x');
      await started({ batchBytesMax: ONE_BY_ONE });
      await until(() => (counted.get('exporter.items') ?? 0) >= 50);
      await quiet();
      expect(source.taken).to.be.below(80);
      await clock.advanceAsync(10_000);
      await failed(1);
      await clock.advanceAsync(1000);
      await committed(499);
    });
  });

  describe('with a backend in trouble', () => {
    it('lets all wait for a Retry-After that one was told', async () => {
      sink.answer({ status: 429, headers: { 'retry-after': '60' } });
      source.add('a');
      await started({ batchBytesMax: ONE_BY_ONE });
      await failed(1);
      for (const text of ['b', 'c']) source.add(text);
      await clock.advanceAsync(59_999);
      await quiet();
      expect(sink.requests).to.have.length(1);
      await clock.advanceAsync(1);
      await committed(2);
    });

    it('leaves it alone after three failures in a row', async () => {
      sink.answerByDefault = { status: 500 };
      source.add('a');
      await started({ batchBytesMax: ONE_BY_ONE });
      for (const [failures, waitMs] of [
        [1, 1000],
        [2, 2000],
      ] as const) {
        await failed(failures);
        await clock.advanceAsync(waitMs);
      }
      await failed(3);
      source.add('b');
      await clock.advanceAsync(9_999);
      await quiet();
      expect(sink.requests).to.have.length(3);
      sink.answerByDefault = { status: 200 };
      await clock.advanceAsync(1);
      await committed(1);
    });
  });

  describe('that fails by itself', () => {
    it('keeps the one entry it cannot encode as a dead letter, and sends all others', async () => {
      const good = traceRequest({ seed: 1, spans: 2, secretShare: 0 });
      source.addBytes(good, 2);
      source.add('no OTLP at all');
      source.addBytes(good, 2);
      await started({ encoding: 'json', batchBytesMax: 1_000_000 });
      await committed(2);
      expect(buriedTexts()).to.deep.equal(['no OTLP at all']);
      expect(counted.get('exporter.items')).to.equal(4);
    });

    it('does not come back to it after a restart', async () => {
      sink.answerByDefault = { status: 400 };
      source.add('bad');
      await started();
      await committed(0);
      await exporter?.shutdown({ atMs: clock.monotonic() + 1000 });
      const again = new TraceSource();
      again.entries.push(...source.entries);
      again.taken = source.committed + 1;
      source = again;
      const before = sink.requests.length;
      await started();
      await quiet();
      expect(sink.requests).to.have.length(before);
      expect(buried).to.have.length(1);
    });

    it('goes on when the journal could not be read', async () => {
      source.failures = 2;
      source.add('a');
      await started();
      await clock.advanceAsync(2000);
      await committed(0);
      expect(counted.get('consumer.failed')).to.equal(2);
      expect(bodies()).to.deep.equal(['a']);
    });
  });

  describe('given a mark', () => {
    const mark = Buffer.from('-mark');
    const sendOne = async (text: string): Promise<string> => {
      source.add(text);
      await committed(source.entries.length - 1);
      return bodies().at(-1) ?? '';
    };

    it('sends it with others once a minute, first after ten seconds', async () => {
      await started({}, { mark });
      expect(await sendOne('a')).to.equal('a');
      await clock.advanceAsync(9_999);
      expect(await sendOne('b')).to.equal('b');
      await clock.advanceAsync(1);
      expect(await sendOne('c')).to.equal('c-mark');
      await clock.advanceAsync(59_999);
      expect(await sendOne('d')).to.equal('d');
      await clock.advanceAsync(1);
      expect(await sendOne('e')).to.equal('e-mark');
    });

    it('sends it sooner where much is sent', async () => {
      await started({}, { mark });
      for (let turn = 1; turn < 40; turn += 1) {
        expect(await sendOne('a')).to.equal(turn === 16 ? 'a-mark' : 'a');
      }
    });

    it('stops when it is told that the mark came back, and keeps what it has not sent', async () => {
      await started({}, { mark });
      await sendOne('a');
      exporter?.stop();
      source.add('b');
      await clock.advanceAsync(120_000);
      await quiet();
      expect(bodies()).to.deep.equal(['a']);
      expect(source.committed).to.equal(0);
    });
  });

  describe('shut down', () => {
    const inAMinute = () => ({ atMs: clock.monotonic() + 60_000 });

    it('sends what is left while it goes well', async () => {
      sink.answer({ delayMs: 30 });
      for (let index = 0; index < 40; index += 1) source.add(`${index}`);
      await started({ batchBytesMax: ONE_BY_ONE, concurrency: 1 });
      await sink.received(1);
      await exporter?.shutdown(inAMinute());
      expect(source.committed).to.equal(39);
    });

    it('stops at the first failure, and still commits what was under way', async () => {
      sink.answer({ delayMs: 60 }, { status: 503, delayMs: 30 }, { delayMs: 60 });
      for (let index = 0; index < 40; index += 1) source.add(`${index}`);
      await started({ batchBytesMax: ONE_BY_ONE, concurrency: 2 });
      await sink.received(2);
      await exporter?.shutdown(inAMinute());
      expect(source.committed).to.equal(0);
      expect(sink.requests).to.have.length(2);
    });

    it('does not wait for a backend that has failed', async () => {
      sink.answer({ status: 401 });
      source.add('a');
      await started();
      await failed(1);
      await exporter?.shutdown(inAMinute());
      expect(source.committed).to.equal(-1);
      expect(sink.requests).to.have.length(1);
    });

    it('ends at its deadline', async () => {
      sink.answer({ kind: 'hang' });
      source.add('a');
      await started({ timeoutMs: 1_000_000 });
      await sink.received(1);
      const ended = exporter?.shutdown(inAMinute());
      await clock.advanceAsync(60_000);
      await ended;
      await exporter?.shutdown(inAMinute());
      expect(source.committed).to.equal(-1);
    });

    it('ends at once where nothing is there', async () => {
      await started();
      await exporter?.shutdown(inAMinute());
      expect(clock.timersPending).to.equal(0);
    });
  });
});

/** A date as Retry-After writes it, some time after a fake clock's start. */
function httpDate(afterMs: number): string {
  return new Date(new FakeClock().now() + afterMs).toUTCString();
}
