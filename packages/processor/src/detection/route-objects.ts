/** The objects a request is about: what its path has where its route has a placeholder. Works on bytes. */
import type { ByteSpan } from './byte-span.ts';

const SLASH = 0x2f;
const COLON = 0x3a;
const ASTERISK = 0x2a;
/** Opening and closing bracket of a placeholder: `{id}`, `<int:id>`, `[id]`. */
const BRACKETS: readonly (readonly [number, number])[] = [
  [0x7b, 0x7d],
  [0x3c, 0x3e],
  [0x5b, 0x5d],
];
/** No route has more. */
const SEGMENTS_MAX = 32;
const OBJECTS_MAX = 8;

/** Finds the objects of one request after the other. */
export class RouteObjects {
  /** Objects found. */
  count = 0;
  /** In the path, with the segment before where the route spells that out: `orders/42`. */
  readonly start: Int32Array = new Int32Array(OBJECTS_MAX);
  readonly end: Int32Array = new Int32Array(OBJECTS_MAX);
  readonly #route = new Segments();
  readonly #path = new Segments();

  /**
   * Lays the route over the path; where the path is longer, since an application is mounted below a
   * prefix, over its end. Nothing is found where they do not fit.
   */
  read(route: ByteSpan, path: ByteSpan): void {
    this.count = 0;
    if (!route.isText || !path.isText) return;
    this.#route.read(route);
    if (!this.#route.hasPlaceholder) return;
    this.#path.read(path);
    const extra = this.#path.count - this.#route.count;
    if (extra < 0) return;
    if (this.#fits(route, path, extra)) this.#collect(extra);
  }

  #fits(route: ByteSpan, path: ByteSpan, skip: number): boolean {
    const [own, found] = [this.#route, this.#path];
    for (let at = 0; at < own.count; at++) {
      if (own.isPlaceholder[at] === 1) continue;
      let from = own.start[at] ?? 0;
      const end = own.end[at] ?? 0;
      let to = found.start[at + skip] ?? 0;
      if (end - from !== (found.end[at + skip] ?? 0) - to) return false;
      while (from < end) if (route.bytes[from++] !== path.bytes[to++]) return false;
    }
    return true;
  }

  #collect(skip: number): void {
    const [own, found] = [this.#route, this.#path];
    for (let at = 0; at < own.count && this.count < OBJECTS_MAX; at++) {
      const [start = 0, end = 0] = [found.start[at + skip], found.end[at + skip]];
      if (own.isPlaceholder[at] === 0 || end <= start) continue;
      const hasName = at > 0 && own.isPlaceholder[at - 1] === 0;
      this.start[this.count] = hasName ? (found.start[at + skip - 1] ?? start) : start;
      this.end[this.count++] = end;
    }
  }
}

/** The segments of a path or route; empty ones at its ends do not count. */
class Segments {
  count = 0;
  hasPlaceholder = false;
  readonly start = new Int32Array(SEGMENTS_MAX);
  readonly end = new Int32Array(SEGMENTS_MAX);
  readonly isPlaceholder = new Uint8Array(SEGMENTS_MAX);

  read({ bytes, start, end }: ByteSpan): void {
    this.count = 0;
    this.hasPlaceholder = false;
    let from = start;
    while (from < end && this.count < SEGMENTS_MAX) {
      let to = from;
      while (to < end && bytes[to] !== SLASH) to++;
      if (to > from) this.#add(bytes, from, to);
      from = to + 1;
    }
  }

  #add(bytes: Uint8Array, start: number, end: number): void {
    const at = this.count++;
    this.start[at] = start;
    this.end[at] = end;
    this.isPlaceholder[at] = isPlaceholder(bytes, start, end) ? 1 : 0;
    if (this.isPlaceholder[at] === 1) this.hasPlaceholder = true;
  }
}

/** `:id`, `:id(\d+)`, `{id}`, `{id:int}`, `<int:id>`, `[id]`; a wildcard names no object. */
function isPlaceholder(bytes: Uint8Array, start: number, end: number): boolean {
  const [first, last] = [bytes[start], bytes[end - 1]];
  if (first === COLON) return end - start > 1 && last !== ASTERISK;
  return BRACKETS.some(([open, close]) => first === open && last === close && end - start > 2);
}
