/** Paths that were only ever refused, such as that of a login nobody passes: how often each came. Bounded. */
import { looksLikeValue, segmentsOf } from './path-segments.ts';
import type { RequestPlace } from './request-place.ts';

/** So often the same path, and it is taken for one that exists. */
export const ESTABLISHED_COUNT = 10;
const PATHS_MAX = 1024;

/** See the head of this file. The oldest gives way. */
export class PathCandidates {
  readonly #counts = new Map<string, number>();

  /** Whether a path has come often enough, this time with it. */
  isEstablished({ service, method, path }: RequestPlace): boolean {
    const segments = segmentsOf(path);
    if (segments === undefined) return false;
    const shape = segments.map((segment) => (looksLikeValue(segment) ? '{id}' : segment)).join('/');
    const name = `${method} ${shape}\n${service}`;
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.delete(name);
    if (count >= ESTABLISHED_COUNT) return true;
    this.#counts.set(name, count);
    const [oldest] = this.#counts.keys();
    if (this.#counts.size > PATHS_MAX && oldest !== undefined) this.#counts.delete(oldest);
    return false;
  }
}
