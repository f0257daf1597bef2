/** Kills a processor under load, round after round, and counts which items were lost and which came twice. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { encodeTracesRequest } from '@spanguard/otlp';
import { type SeededRandom } from '@spanguard/testkit';
import {
  eventually,
  postOtlp,
  type RunningProcessor,
  startProcessor,
} from './running-processor.ts';

/** What the backend is like while the processor is killed. */
export const LOSS_ROWS = ['plain', 'slow', 'absent', 'looped'] as const;
export type LossRow = (typeof LOSS_ROWS)[number];

/** What came of the items that were acknowledged. */
export interface LossResult {
  readonly kills: number;
  readonly acknowledged: number;
  readonly lost: number;
  /** Deliveries beyond the first of an item. */
  readonly repeated: number;
}

const SENDERS = 4;
const SPANS_A_BATCH = 50;
const SLOW_MS = 200;
const KILLS_A_LOOP = 3;
const NAME = /item-(\d+)\./g;

/** Rounds of one row, each with a life under load that a SIGKILL ends; then all is delivered. */
export async function runLossRounds(
  row: LossRow,
  { rounds, random }: { readonly rounds: number; readonly random: SeededRandom },
): Promise<LossResult> {
  const backend = await CountingBackend.listen(row === 'slow' ? SLOW_MS : 0);
  const load = new Load();
  let processor = await startProcessor({ backend: backend.url });
  const { folder } = processor;
  const restart = async (): Promise<void> => {
    processor = await startProcessor({ backend: backend.url, folder });
  };
  let kills = 0;
  const liveAndDie = async ([shortestMs, longestMs]: readonly [number, number]): Promise<void> => {
    kills += 1;
    await load.until(processor, async () => {
      await new Promise((resolve) => setTimeout(resolve, random.int(shortestMs, longestMs)));
      await processor.program.end('SIGKILL');
    });
  };
  try {
    for (let round = 0; round < rounds; round += 1) {
      if (row === 'absent') {
        await backend.leave();
        await liveAndDie([300, 1500]);
        await backend.comeBack();
        await restart();
      }
      for (let kill = 0; kill < (row === 'looped' ? KILLS_A_LOOP : 1); kill += 1) {
        await liveAndDie(row === 'looped' ? [100, 700] : [300, 1500]);
        await restart();
      }
    }
    const lost = (): number => load.acknowledged.filter((item) => !backend.items.has(item)).length;
    let left = Number.POSITIVE_INFINITY;
    // What is lost for good never comes: so long as anything comes, it is waited for.
    await eventually('all that is left', () => {
      const before = left;
      left = lost();
      return left === 0 || (left === before && backend.quietMs > 20_000);
    });
    const repeated = load.acknowledged.reduce(
      (sum, item) => sum + Math.max(0, (backend.items.get(item) ?? 0) - 1),
      0,
    );
    return { kills, acknowledged: load.acknowledged.length, lost: lost(), repeated };
  } finally {
    await processor.program.end('SIGKILL');
    await backend.leave();
  }
}

/** Senders that post one batch after another for as long as the processor lives. */
class Load {
  readonly acknowledged: number[] = [];
  #next = 0;

  async until({ url }: RunningProcessor, death: () => Promise<unknown>): Promise<void> {
    const over = new AbortController();
    const senders = Array.from({ length: SENDERS }, async () => {
      while (!over.signal.aborted) {
        const first = this.#next;
        this.#next += SPANS_A_BATCH;
        if ((await postOtlp(url, 'traces', batch(first))) !== 200) continue;
        for (let item = first; item < first + SPANS_A_BATCH; item += 1)
          this.acknowledged.push(item);
      }
    });
    await death();
    over.abort();
    await Promise.all(senders);
  }
}

function batch(first: number): Uint8Array {
  const nowMs = Date.now();
  return encodeTracesRequest(
    { resource: { 'service.name': 'loss' }, scopeName: 'test' },
    Array.from({ length: SPANS_A_BATCH }, (_, index) => {
      const id = (first + index + 1).toString(16);
      return {
        traceId: id.padStart(32, '0'),
        spanId: id.padStart(16, '0'),
        name: `item-${first + index}.`,
        startMs: nowMs,
        endMs: nowMs,
        attributes: { 'http.route': `/orders/${first}`, 'shop.note': 'x'.repeat(200) },
      };
    }),
  );
}

/** An OTLP backend that counts how often it got each item, from when it has read the whole request. */
class CountingBackend {
  readonly items = new Map<number, number>();
  readonly url: string;
  readonly #port: number;
  readonly #delayMs: number;
  #server: Server | undefined;
  #lastMs = performance.now();

  private constructor(port: number, delayMs: number) {
    this.#port = port;
    this.#delayMs = delayMs;
    this.url = `http://127.0.0.1:${port}`;
  }

  static async listen(delayMs: number): Promise<CountingBackend> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    const backend = new CountingBackend(port, delayMs);
    await backend.comeBack();
    return backend;
  }

  /** Milliseconds since something came. */
  get quietMs(): number {
    return performance.now() - this.#lastMs;
  }

  async comeBack(): Promise<void> {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        this.#count(gunzipSync(Buffer.concat(chunks)).toString('latin1'));
        setTimeout(() => {
          response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
        }, this.#delayMs);
      });
    }).listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  leave(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    server?.closeAllConnections();
    return new Promise((resolve) =>
      server === undefined ? resolve() : server.close(() => resolve()),
    );
  }

  #count(text: string): void {
    this.#lastMs = performance.now();
    for (const [, number] of text.matchAll(NAME)) {
      const item = Number(number);
      this.items.set(item, (this.items.get(item) ?? 0) + 1);
    }
  }
}
