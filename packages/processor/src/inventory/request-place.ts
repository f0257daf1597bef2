/** Which endpoint a row is about, as far as it tells: service, method, and its route or else its path. */
import { neutralise } from '@spanguard/verdict';
import type { EndpointKey } from '../model/endpoint/endpoint.ts';
import type { RequestRow } from './request-row.ts';

/**
 * What a request asked for: of origin `learned`, the path is the one that was asked for, not a template
 * yet.
 */
export type RequestPlace = EndpointKey;

const METHODS: ReadonlySet<string> = new Set(
  'GET HEAD POST PUT PATCH DELETE OPTIONS TRACE CONNECT QUERY'.split(' '),
);
/** As semantic conventions say. */
const OTHER_METHOD = '_OTHER';
/** Method of a call that is none of HTTP. */
const CALL = 'RPC';
const PATH_CHARACTERS_MAX = 512;
const SERVICE_CHARACTERS_MAX = 256;
/** Numbers of texts below this are packed into one number; a batch with more remembers nothing. */
const PACKED = 2 ** 17;

/** Reads places, and remembers by route what a batch has already found, for nearly all rows come again. */
export class RequestPlaces {
  readonly #row: RequestRow;
  readonly #names = new Map<number, string>();

  constructor(row: RequestRow) {
    this.#row = row;
  }

  /** Undefined where the row tells neither route nor path. */
  read(): RequestPlace | undefined {
    const row = this.#row;
    const service = neutralise(row.text('service'), SERVICE_CHARACTERS_MAX);
    const told = row.text('method');
    if (told === '' && row.id('rpcMethod') !== 0) {
      return { service, method: CALL, path: routeOf(row.text('rpcMethod')), origin: 'route' };
    }
    if (told === '') return undefined;
    const method = METHODS.has(told) ? told : OTHER_METHOD;
    if (row.id('route') !== 0) {
      return { service, method, path: routeOf(row.text('route')), origin: 'route' };
    }
    if (row.id('path') === 0) return undefined;
    const path = neutralise(row.text('path'), PATH_CHARACTERS_MAX);
    return { service, method, path, origin: 'learned' };
  }

  /** What was remembered of a row with the same service, method and route. */
  remembered<T>(from: ReadonlyMap<string, T>): T | undefined {
    const packed = this.#packed();
    const name = packed === undefined ? undefined : this.#names.get(packed);
    return name === undefined ? undefined : from.get(name);
  }

  remember(name: string): void {
    const packed = this.#packed();
    if (packed !== undefined) this.#names.set(packed, name);
  }

  #packed(): number | undefined {
    const row = this.#row;
    const [service, method, route] = [row.id('service'), row.id('method'), row.id('route')];
    if (route === 0 || method === 0) return undefined;
    if (service >= PACKED || method >= PACKED || route >= PACKED) return undefined;
    return (service * PACKED + method) * PACKED + route;
  }
}

/** A route as it is kept: from the root, without a slash at the end. */
function routeOf(route: string): string {
  const cut = neutralise(route, PATH_CHARACTERS_MAX);
  const rooted = /^[/^*]/.test(cut) ? cut : `/${cut}`;
  return rooted.length > 1 && rooted.endsWith('/') ? rooted.slice(0, -1) : rooted;
}
