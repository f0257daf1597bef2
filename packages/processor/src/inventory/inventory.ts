/**
 * The endpoints that requests were seen for, in memory, and written to the store together with how far the
 * journal was read. What the store holds is the truth: what is not asked for any more may leave memory, and
 * comes back.
 */
import { Endpoint, type EndpointKey } from '../model/endpoint/endpoint.ts';
import type { FactBatch } from '../model/facts/fact-batch.ts';
import { REQUEST } from '../model/facts/row-kinds.ts';
import type { Counters } from '../pipeline/counters.ts';
import type { Posture } from '../posture/posture.ts';
import type { Store } from '../store/store.ts';
import { RequestObserver } from './observe-request.ts';
import { PathCandidates } from './path-candidates.ts';
import { type LearnedPath, PathTree } from './path-tree.ts';
import { type RequestPlace, RequestPlaces } from './request-place.ts';
import { RequestRow } from './request-row.ts';

/** What bounds an inventory. */
export interface InventoryLimits {
  readonly endpointsMax: number;
  /** Endpoints in memory. */
  readonly memoryBytesMax: number;
  /** An endpoint not seen for so long is forgotten. */
  readonly retentionMs: number;
}

/** What an inventory works with. */
export interface InventoryDependencies {
  readonly store: Store;
  readonly limits: InventoryLimits;
  /** Judges what changed. */
  readonly posture: Posture;
  readonly counters: Counters;
}

interface Live {
  readonly endpoint: Endpoint;
  /** The saving before which it was asked for last. */
  touched: number;
  /** Number in the store; 0 where it is not there yet. */
  id: number;
  isChanged: boolean;
}

/** What its cursor is called in the store. */
export const INVENTORY = 'inventory';

const HOUR_MS = 3_600_000;
/** What of the budget is left behind where it was passed: else the next saving would pass it again. */
const LEFT_SHARE = 0.75;

/** See the head of this file. */
export class Inventory {
  readonly #dependencies: InventoryDependencies;
  readonly #observer = new RequestObserver();
  readonly #trees = new Map<string, PathTree>();
  readonly #candidates = new PathCandidates();
  /** Every endpoint there is, in the store or new. */
  readonly #known = new Set<string>();
  readonly #live = new Map<string, Live>();
  readonly #changed = new Set<Live>();
  #removed: EndpointKey[] = [];
  #savings = 0;
  #tidiedMs = -Infinity;

  constructor(dependencies: InventoryDependencies) {
    this.#dependencies = dependencies;
    for (const { requests, ...key } of dependencies.store.endpoints.keys()) {
      this.#known.add(nameOf(key));
      const tree = this.#treeOf(key.service);
      if (key.origin === 'route') tree.addRoute(key.method, key.path);
      else tree.restore(key.method, key.path, requests);
    }
  }

  /** Adds the rows of a batch. */
  take(facts: FactBatch): void {
    const { counters } = this.#dependencies;
    const row = new RequestRow(facts);
    const places = new RequestPlaces(row);
    const events: number[] = [];
    let [requests, unplaced] = [0, 0];
    for (row.row = 0; row.row < facts.count; row.row += 1) {
      if (row.text('event') !== REQUEST) {
        events.push(row.row);
        continue;
      }
      requests += 1;
      const live = places.remembered(this.#live) ?? this.#placeOf(row, places);
      if (live === undefined) unplaced += 1;
      else {
        this.#observer.request(live.endpoint, row);
        this.#touch(live);
      }
    }
    for (row.row of events) {
      // Behind requests, which may be the first of their endpoint; and never an endpoint by themselves.
      const live = this.#knownAt(places.read());
      if (live === undefined) continue;
      this.#observer.event(live.endpoint, row);
      this.#touch(live);
    }
    counters.add('inventory.requests', requests);
    counters.add('inventory.unplaced', unplaced);
    counters.add('inventory.clipped', this.#observer.takeClipped());
  }

  /**
   * Writes what changed and how far it is, all or nothing. Throws where the store does: then nothing is
   * lost.
   */
  save(sequence: number, nowMs: number): void {
    const { store, limits, posture, counters } = this.#dependencies;
    const isTidying = nowMs - this.#tidiedMs >= HOUR_MS;
    const expired = store.transaction(() => {
      for (const key of this.#removed) store.endpoints.remove(key);
      posture.prepare(Array.from(this.#changed, ({ endpoint }) => endpoint));
      for (const { endpoint, id } of this.#changed) {
        posture.judge(store.endpoints.write(endpoint, id), endpoint);
      }
      store.setCursor(INVENTORY, sequence);
      return isTidying ? store.endpoints.removeUnseenSince(nowMs - limits.retentionMs) : [];
    });
    posture.commit();
    this.#removed = [];
    for (const live of this.#changed) live.isChanged = false;
    this.#changed.clear();
    this.#savings += 1;
    if (isTidying) this.#tidiedMs = nowMs;
    for (const stored of expired) {
      posture.forget(stored.id);
      this.#forget(stored);
    }
    counters.add('inventory.expired', expired.length);
    this.#makeRoom();
  }

  #placeOf(row: RequestRow, places: RequestPlaces): Live | undefined {
    const place = places.read();
    if (place === undefined) return undefined;
    const known = this.#knownAt(place);
    const status = row.number('status');
    if (known !== undefined || status === 404) return this.#remember(places, place, known);
    if (place.origin === 'route') {
      return this.#remember(places, place, this.#made(place));
    }
    const isAnswered = status >= 200 && status < 400;
    // What is refused may be any path; but nobody makes up the same one again and again.
    if (!isAnswered && !this.#candidates.isEstablished(place)) return undefined;
    return this.#learned(place);
  }

  #remember(places: RequestPlaces, { origin }: RequestPlace, live: Live | undefined) {
    if (origin === 'route' && live !== undefined) places.remember(nameOf(live.endpoint.key));
    return live;
  }

  /** The endpoint of a place, where there is one. */
  #knownAt(place: RequestPlace | undefined): Live | undefined {
    if (place === undefined) return undefined;
    if (place.origin === 'route') return this.#get(place);
    const path = this.#trees.get(place.service)?.find(place.method, place.path);
    return path === undefined ? undefined : this.#get({ ...place, path });
  }

  #learned(place: RequestPlace): Live | undefined {
    if (this.#isFull()) return undefined;
    const learned = this.#treeOf(place.service).learn(place.method, place.path);
    if (learned === undefined) return undefined;
    for (const merged of learned.merged) this.#merge(place.service, merged);
    const key = { ...place, path: learned.path };
    return this.#get(key) ?? this.#create(key);
  }

  #made(place: RequestPlace): Live | undefined {
    if (this.#isFull()) return undefined;
    this.#treeOf(place.service).addRoute(place.method, place.path);
    return this.#create(place);
  }

  #isFull(): boolean {
    const { counters, limits } = this.#dependencies;
    if (this.#known.size < limits.endpointsMax) return false;
    counters.add('inventory.refused', 1);
    return true;
  }

  #merge(service: string, { method, from, to }: LearnedPath): void {
    const [fromKey, toKey] = [from, to].map((path): EndpointKey => ({
      service,
      method,
      path,
      origin: 'learned',
    }));
    const theirs = fromKey === undefined ? undefined : this.#get(fromKey);
    if (theirs === undefined || fromKey === undefined || toKey === undefined) return;
    const into = this.#get(toKey) ?? this.#create(toKey);
    into.endpoint.merge(theirs.endpoint);
    this.#touch(into);
    this.#changed.delete(theirs);
    this.#live.delete(nameOf(fromKey));
    this.#known.delete(nameOf(fromKey));
    this.#removed.push(fromKey);
    this.#dependencies.counters.add('inventory.learned', 1);
  }

  /** One that is known, from memory or the store. */
  #get(key: EndpointKey): Live | undefined {
    const name = nameOf(key);
    const live = this.#live.get(name);
    if (live !== undefined || !this.#known.has(name)) return live;
    const stored = this.#dependencies.store.endpoints.read(key);
    if (stored === undefined) return undefined;
    return this.#enter(name, stored.endpoint, stored.id);
  }

  #create({ service, method, path, origin }: EndpointKey): Live {
    const endpoint = new Endpoint({ service, method, path, origin });
    const name = nameOf(endpoint.key);
    this.#known.add(name);
    return this.#enter(name, endpoint, 0);
  }

  #enter(name: string, endpoint: Endpoint, id: number): Live {
    const live = { endpoint, id, touched: this.#savings, isChanged: false };
    this.#live.set(name, live);
    return live;
  }

  #touch(live: Live): void {
    if (live.isChanged) return;
    live.isChanged = true;
    live.touched = this.#savings;
    this.#changed.add(live);
  }

  #treeOf(service: string): PathTree {
    let tree = this.#trees.get(service);
    if (tree === undefined) this.#trees.set(service, (tree = new PathTree()));
    return tree;
  }

  #forget(key: EndpointKey): void {
    this.#trees.get(key.service)?.remove(key.method, key.path);
    this.#live.delete(nameOf(key));
    this.#known.delete(nameOf(key));
  }

  /** Lets go of those that were not asked for for longest; they are all in the store. */
  #makeRoom(): void {
    const { limits, counters } = this.#dependencies;
    const lives = [...this.#live].map(([name, { endpoint, touched }]) => ({
      ...{ name, touched, bytes: endpoint.bytes },
    }));
    let bytes = lives.reduce((sum, live) => sum + live.bytes, 0);
    if (bytes <= limits.memoryBytesMax) return;
    let evicted = 0;
    for (const live of lives.toSorted((one, other) => one.touched - other.touched)) {
      if (bytes <= limits.memoryBytesMax * LEFT_SHARE) break;
      this.#live.delete(live.name);
      bytes -= live.bytes;
      evicted += 1;
    }
    counters.add('inventory.evicted', evicted);
  }
}

function nameOf({ service, method, path }: EndpointKey): string {
  return `${method} ${path}\n${service}`;
}
