/** An inventory over a store of its own, fed with OTLP as the processor is. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeRequest, encodeRequest, type LogRecord } from '@spanguard/testkit';
import { Inventory, type InventoryLimits } from '#processor/inventory/inventory.ts';
import type { StoredEndpoint } from '#processor/store/endpoint-table.ts';
import type { Counters } from '#processor/pipeline/counters.ts';
import { Posture } from '#processor/posture/posture.ts';
import { openStore, STORE_NAME, type Store } from '#processor/store/store.ts';
import { type FactFields, fillFacts } from './facts-of.ts';
import { MovedCounts } from './moved-counts.ts';
import { TestDetector, tracesOf, type TestSpan } from '../detector.ts';

/** A finding whose cause is gone for so long is closed. */
export const CLOSE_AFTER_MS: number = 7 * 86_400_000;

/** Bounds that no test comes near by accident. */
const LIMITS: InventoryLimits = {
  endpointsMax: 1000,
  memoryBytesMax: 64 * 1024 * 1024,
  retentionMs: 90 * 86_400_000,
};

/** See the head of this file. Time is that of its detector. */
export class InventoryScene {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'spanguard-inventory-'));
  readonly detector: TestDetector = new TestDetector();
  readonly counts: MovedCounts = new MovedCounts();
  store: Store;
  #inventory: Inventory;
  readonly #limits: InventoryLimits;
  #sequence = -1;

  readonly #counters: Counters;

  constructor(limits: Partial<InventoryLimits> = {}, counters?: Counters) {
    this.#limits = { ...LIMITS, ...limits };
    this.#counters = counters ?? this.counts;
    this.store = this.#openStore();
    this.#inventory = this.#open();
  }

  /** Takes a request as it came over the wire. */
  take(signal: 'traces' | 'logs', bytes: Uint8Array): this {
    this.detector.rows(signal, bytes);
    return this.#take();
  }

  /** Takes server spans of one service. */
  spans(...spans: readonly TestSpan[]): this {
    return this.take('traces', tracesOf(...spans));
  }

  /** Takes requests, each told by attributes. */
  requests(...requests: readonly TestSpan['attributes'][]): this {
    return this.spans(...requests.map((attributes) => ({ attributes })));
  }

  /** Takes log records of one service. */
  logs(...records: readonly LogRecord[]): this {
    this.detector.logs(...records);
    return this.#take();
  }

  /** Takes rows as detection would have written them. */
  facts(...rows: readonly FactFields[]): this {
    this.#inventory.take(fillFacts(this.detector.facts, rows));
    this.#sequence += 1;
    return this;
  }

  save(): this {
    this.#inventory.save(this.#sequence, this.detector.clock.now());
    return this;
  }

  /** Begins again with what the store holds. */
  restart(): this {
    this.store.close();
    this.store = this.#openStore();
    this.#inventory = this.#open();
    return this;
  }

  /** Everything that is saved. */
  saved(): readonly StoredEndpoint[] {
    this.save();
    return this.store.endpoints.list();
  }

  /** `GET /orders/{id}`, sorted. */
  names(): readonly string[] {
    return this.saved()
      .map(({ endpoint: { key } }) => `${key.method} ${key.path}`)
      .toSorted();
  }

  close(): void {
    this.store.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #take(): this {
    this.#inventory.take(this.detector.facts);
    this.#sequence += 1;
    return this;
  }

  #openStore(): Store {
    return openStore(join(this.folder, STORE_NAME), () => 'aside').store;
  }

  #open(): Inventory {
    const world = { store: this.store, counters: this.#counters };
    const posture = new Posture({ ...world, closeAfterMs: CLOSE_AFTER_MS });
    return new Inventory({ ...world, posture, limits: this.#limits });
  }
}

/** The same request, each span without its route. */
export function withoutRoutes(bytes: Uint8Array): Uint8Array {
  const request = decodeRequest('traces', bytes);
  for (const { scopeSpans = [] } of request.resourceSpans ?? []) {
    for (const { spans = [] } of scopeSpans) {
      for (const span of spans) {
        span.attributes = span.attributes?.filter(({ key }) => key !== 'http.route') ?? [];
      }
    }
  }
  return encodeRequest('traces', request);
}
