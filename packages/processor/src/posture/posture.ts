/** Opens and closes findings as endpoints change. What it writes is part of its caller's transaction. */
import type { Endpoint, EndpointKey } from '../model/endpoint/endpoint.ts';
import type { Counters } from '../pipeline/counters.ts';
import type { Store } from '../store/store.ts';
import { judgeEndpoint } from './judge-endpoint.ts';

/** What it works with. */
export interface PostureDependencies {
  readonly store: Store;
  readonly closeAfterMs: number;
  readonly counters: Counters;
}

/** An open finding is brought up to date so often at most. */
const UPDATE_MS = 60_000;
const VERSION_SEGMENT = /\/v(\d{1,3})(?=\/|$)/i;

/** See the head of this file. */
export class Posture {
  readonly #dependencies: PostureDependencies;
  /** Open findings of each endpoint by kind, and up to when they are told. */
  readonly #open = new Map<number, Map<string, number>>();
  /** What becomes of that once the transaction has. */
  readonly #staged = new Map<number, Map<string, number>>();
  /** Services that tell who has credentials. */
  readonly #telling = new Set<string>();
  /** The newest version of each endpoint that has one in its path. */
  readonly #newest = new Map<string, number>();

  constructor(dependencies: PostureDependencies) {
    this.#dependencies = dependencies;
    const { store } = dependencies;
    for (const { endpoint, kind } of store.findings.openOnes()) {
      this.#open.set(endpoint, new Map(this.#open.get(endpoint)).set(kind, 0));
    }
    for (const { endpoint } of store.endpoints.list()) this.#learn(endpoint);
  }

  /** Begins a transaction: what is to be known of all that changed before any of it is judged. */
  prepare(endpoints: Iterable<Endpoint>): void {
    this.#staged.clear();
    for (const endpoint of endpoints) this.#learn(endpoint);
  }

  /** The transaction is through: what was judged in it holds. */
  commit(): void {
    for (const [id, open] of this.#staged) {
      if (open.size === 0) this.#open.delete(id);
      else this.#open.set(id, open);
    }
    this.#staged.clear();
  }

  /** Judges an endpoint by its number. */
  judge(id: number, endpoint: Endpoint): void {
    const { store, closeAfterMs, counters } = this.#dependencies;
    const { key, lastMs } = endpoint;
    const causes = judgeEndpoint(endpoint, {
      closeAfterMs,
      tellsCredentials: this.#telling.has(key.service),
      hasNewerVersion: versionOf(key) < (this.#newest.get(unversioned(key)) ?? 0),
    });
    const known = this.#open.get(id);
    if (causes.length === 0 && known === undefined) return;
    const open = new Map(known);
    this.#staged.set(id, open);
    for (const cause of causes) {
      const toldMs = open.get(cause.kind);
      if (toldMs !== undefined && cause.lastMs - toldMs < UPDATE_MS) continue;
      store.findings.open(id, cause);
      open.set(cause.kind, cause.lastMs);
      if (toldMs === undefined) counters.add('posture.opened', 1);
    }
    for (const kind of open.keys()) {
      if (causes.some((cause) => cause.kind === kind)) continue;
      store.findings.close({ endpoint: id, kind }, lastMs);
      open.delete(kind);
      counters.add('posture.closed', 1);
    }
  }

  /** An endpoint is gone, and so are its findings. */
  forget(id: number): void {
    this.#open.delete(id);
  }

  #learn({ key, signs }: Endpoint): void {
    if (signs.count('answered_identified') > 0) this.#telling.add(key.service);
    const version = versionOf(key);
    if (version === Infinity) return;
    const name = unversioned(key);
    this.#newest.set(name, Math.max(version, this.#newest.get(name) ?? 0));
  }
}

/** Infinity where the path tells none: nothing is newer. */
function versionOf({ path }: EndpointKey): number {
  const [, version] = VERSION_SEGMENT.exec(path) ?? [];
  return version === undefined ? Infinity : Number(version);
}

function unversioned({ service, method, path }: EndpointKey): string {
  return `${method} ${path.replace(VERSION_SEGMENT, '/v')}\n${service}`;
}
