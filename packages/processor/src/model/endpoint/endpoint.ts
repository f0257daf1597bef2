/**
 * One endpoint of an API: what was seen of it, all of it mergeable, so that two that turn out to be one add
 * up.
 */
import { DistinctCount } from '../sketches/distinct-count.ts';
import { QuantileSketch } from '../sketches/quantile-sketch.ts';
import { Signs } from './signs.ts';
import { Tally } from './tally.ts';

/**
 * How a path is known: `route` = the application told it, `learned` = made of the paths that were asked
 * for.
 */
export const PATH_ORIGINS = ['route', 'learned'] as const;

/** One of {@link PATH_ORIGINS}. */
export type PathOrigin = (typeof PATH_ORIGINS)[number];

/** What an endpoint is. */
export interface EndpointKey {
  readonly service: string;
  readonly method: string;
  /** A route as its application writes it, or a learned template: `/orders/{id}`. */
  readonly path: string;
  readonly origin: PathOrigin;
}

/** Names of each kind that one endpoint keeps at most. */
export const NAMES_MAX = {
  statuses: 64,
  hosts: 16,
  protocols: 8,
  authentication: 16,
  parameters: 64,
  dataIn: 32,
  dataOut: 32,
  events: 64,
} as const;

const OBJECT_BYTES = 1200;
const NAME_BYTES = 60;
const SIGN_BYTES = 600;

/** What is written of an endpoint besides its key. */
export interface EncodedEndpoint {
  readonly firstMs: number;
  readonly lastMs: number;
  readonly requests: number;
  /** JSON. */
  readonly details: string;
  readonly latency: Uint8Array;
  readonly users: Uint8Array;
  readonly clients: Uint8Array;
}

/** See the head of this file. Counts are of requests, sampling made good. */
export class Endpoint {
  readonly key: EndpointKey;
  firstMs = Infinity;
  lastMs = 0;
  requests = 0;
  bytesIn = 0;
  bytesOut = 0;
  /** By status code. */
  readonly statuses: Tally = new Tally(NAMES_MAX.statuses);
  /** Hosts it answered well under. */
  readonly hosts: Tally = new Tally(NAMES_MAX.hosts);
  /** `http`, `https`, and what calls go over: `grpc`. */
  readonly protocols: Tally = new Tally(NAMES_MAX.protocols);
  /**
   * `none`, `credentials` (of a kind that was not told), or what was told: `basic`, `bearer`, `session`,
   * ...
   */
  readonly authentication: Tally = new Tally(NAMES_MAX.authentication);
  /** Names of query parameters that were answered well. */
  readonly parameters: Tally = new Tally(NAMES_MAX.parameters);
  /** Kinds of sensitive data in requests. */
  readonly dataIn: Tally = new Tally(NAMES_MAX.dataIn);
  /** Kinds of sensitive data in answers. */
  readonly dataOut: Tally = new Tally(NAMES_MAX.dataOut);
  /** Security events by name. */
  readonly events: Tally = new Tally(NAMES_MAX.events);
  readonly signs: Signs = new Signs();
  /** Milliseconds. */
  latency: QuantileSketch = new QuantileSketch();
  users: DistinctCount = new DistinctCount();
  clients: DistinctCount = new DistinctCount();

  constructor(key: EndpointKey) {
    this.key = key;
  }

  /** About what it takes of memory, bytes. */
  get bytes(): number {
    const names = this.#tallies().reduce((sum, [, tally]) => sum + tally.size, 0);
    const sketches = this.latency.bytes + this.users.bytes + this.clients.bytes;
    return OBJECT_BYTES + NAME_BYTES * names + SIGN_BYTES * this.signs.size + sketches;
  }

  /** Adds all that another one has seen. */
  merge(other: Endpoint): void {
    this.firstMs = Math.min(this.firstMs, other.firstMs);
    this.lastMs = Math.max(this.lastMs, other.lastMs);
    this.requests += other.requests;
    this.bytesIn += other.bytesIn;
    this.bytesOut += other.bytesOut;
    const theirs = other.#tallies();
    for (const [at, [, tally]] of this.#tallies().entries()) {
      const [, from] = theirs[at] ?? ['', new Tally(0)];
      tally.merge(from);
    }
    this.signs.merge(other.signs);
    this.latency.merge(other.latency);
    this.users.merge(other.users);
    this.clients.merge(other.clients);
  }

  encode(): EncodedEndpoint {
    const { firstMs, lastMs, requests, bytesIn, bytesOut } = this;
    const tallies = this.#tallies().map(([name, tally]) => [name, tally.entries()] as const);
    const details = {
      bytesIn,
      bytesOut,
      ...Object.fromEntries(tallies),
      signs: this.signs.entries(),
    };
    return {
      ...{ firstMs, lastMs, requests, details: JSON.stringify(details) },
      latency: this.latency.encode(),
      users: this.users.encode(),
      clients: this.clients.encode(),
    };
  }

  /** What was written; what cannot be read of it counts as not seen. */
  static decode(key: EndpointKey, written: EncodedEndpoint): Endpoint {
    const endpoint = new Endpoint(key);
    endpoint.firstMs = written.firstMs;
    endpoint.lastMs = written.lastMs;
    endpoint.requests = written.requests;
    const details = detailsIn(written.details);
    endpoint.bytesIn = numberOf(details['bytesIn']);
    endpoint.bytesOut = numberOf(details['bytesOut']);
    for (const [name, tally] of endpoint.#tallies()) tally.read(details[name]);
    endpoint.signs.read(details['signs']);
    endpoint.latency = QuantileSketch.decode(written.latency);
    endpoint.users = DistinctCount.decode(written.users);
    endpoint.clients = DistinctCount.decode(written.clients);
    return endpoint;
  }

  #tallies(): readonly (readonly [string, Tally])[] {
    return (Object.keys(NAMES_MAX) as (keyof typeof NAMES_MAX)[]).map(
      (name) => [name, this[name]] as const,
    );
  }
}

function detailsIn(json: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
