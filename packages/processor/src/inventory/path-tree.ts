/**
 * The paths of one service as a tree, of which templates are learned: `/orders/17` and `/orders/18` are
 * `/orders/{id}`. What looks like an id is one at once. Words become a parameter where there are many of them
 * below one place and most were seen once: an API has a few words, each of which comes again.
 *
 * Only what the service answered well is learned, so that paths somebody made up change nothing.
 */
import { isOdd, isPlaceholder, looksLikeValue, segmentsOf } from './path-segments.ts';

/** Two endpoints that turned out to be one. */
export interface LearnedPath {
  readonly method: string;
  readonly from: string;
  readonly to: string;
}

/** What came of a path that was learned. */
export interface Learned {
  /** The endpoint's path. */
  readonly path: string;
  readonly merged: readonly LearnedPath[];
}

interface Node {
  /** The template up to here. */
  readonly path: string;
  readonly literals: Map<string, Node>;
  parameter: Node | undefined;
  /** Whether any segment is the parameter, unless it is one of the literals. */
  takesAny: boolean;
  /** Part of a route that the application told: never merged. */
  isTold: boolean;
  /** Requests through here that were learned of. */
  seen: number;
  /** Path of the endpoint by method. */
  readonly ends: Map<string, string>;
}

/** Nodes of a service: far more than an API has. */
export const NODES_MAX = 20_000;

/** What the parameters of learned templates are called: by their looks, or of words. */
const ANY_ID = '{id}';
const ANY_WORD = '{name}';
/** Words below one place that are too many in any case. */
const WORDS_MAX = 100;
/** Words below one place, and the share of them seen once, from where they are a parameter. */
const ENOUGH = {
  plain: { words: 48, once: 0.8 },
  besideParameter: { words: 16, once: 0.6 },
  odd: { words: 8, once: 0.6 },
} as const;
/** A word that comes so many times as often as the others stays a word: `/users/me`. */
const STANDS_OUT = 5;

/** See the head of this file. */
export class PathTree {
  readonly #root: Node = nodeOf('');
  #nodes = 1;

  /** The path of the endpoint that answers for a path; undefined where none is known. */
  find(method: string, path: string): string | undefined {
    const segments = segmentsOf(path);
    return segments === undefined ? undefined : find(this.#root, { method, segments, at: 0 });
  }

  /** Takes up a route that the application told. One that is no plain path is not found by paths. */
  addRoute(method: string, route: string): void {
    const node = this.#nodeOf(route, (next) => (next.isTold = true));
    if (node !== undefined && !node.ends.has(method)) node.ends.set(method, route);
  }

  /** Takes up a path that was answered well; undefined where it is no path, or the tree is full. */
  learn(method: string, path: string): Learned | undefined {
    const segments = segmentsOf(path);
    if (segments === undefined) return undefined;
    const merged: LearnedPath[] = [];
    let node = this.#root;
    for (const segment of segments) {
      const next = this.#step(node, segment, merged);
      if (next === undefined) return undefined;
      next.seen += 1;
      node = next;
    }
    const end = node.ends.get(method);
    if (end !== undefined) return { path: end, merged };
    const own = node.path === '' ? '/' : node.path;
    node.ends.set(method, own);
    return { path: own, merged };
  }

  /** A template that was learned in another life, and how often it was asked for. */
  restore(method: string, template: string, requests: number): void {
    const node = this.#nodeOf(template, (next) => (next.seen += requests));
    node?.ends.set(method, template);
  }

  /** An endpoint is gone. */
  remove(method: string, path: string): void {
    const node = this.#nodeOf(path, () => undefined);
    if (node?.ends.get(method) === path) node.ends.delete(method);
  }

  /** Where a template ends, made where it is missing; undefined where it is no plain path. */
  #nodeOf(template: string, pass: (node: Node) => void): Node | undefined {
    const segments = segmentsOf(template);
    if (segments === undefined || segments.some(isWildcard)) return undefined;
    let node = this.#root;
    for (const segment of segments) {
      const isLiteral = !isPlaceholder(segment);
      const next = isLiteral
        ? (node.literals.get(segment) ?? this.#addLiteral(node, segment))
        : this.#parameterOf(node, segment === ANY_ID ? ANY_ID : ANY_WORD);
      if (next === undefined) return undefined;
      if (!isLiteral) node.takesAny ||= segment !== ANY_ID;
      pass(next);
      node = next;
    }
    return node;
  }

  #step(node: Node, segment: string, merged: LearnedPath[]): Node | undefined {
    const literal = node.literals.get(segment);
    if (literal !== undefined) return literal;
    const hasParameter = node.parameter !== undefined;
    if (node.takesAny || looksLikeValue(segment) || (hasParameter && isOdd(segment))) {
      if (!hasParameter) this.#mergeOdd(node, merged);
      return this.#parameterOf(node, ANY_ID);
    }
    const added = this.#addLiteral(node, segment);
    if (added === undefined || !areMany(node)) return added;
    this.#mergeWords(node, merged);
    return node.literals.get(segment) ?? node.parameter;
  }

  /** What came before the first id and is hardly a word is an id too, unless it came often. */
  #mergeOdd(node: Node, merged: LearnedPath[]): void {
    for (const [word, literal] of node.literals) {
      if (literal.isTold || literal.seen > STANDS_OUT || !isOdd(word)) continue;
      const parameter = this.#parameterOf(node, ANY_ID);
      if (parameter === undefined) return;
      node.literals.delete(word);
      this.#merge(literal, parameter, merged);
    }
  }

  /** The words below a node become its parameter, but for those that stand out. */
  #mergeWords(node: Node, merged: LearnedPath[]): void {
    const parameter = this.#parameterOf(node, ANY_WORD);
    if (parameter === undefined) return;
    node.takesAny = true;
    const words = [...node.literals].filter(([, { isTold }]) => !isTold);
    const mean = words.reduce((sum, [, { seen }]) => sum + seen, 0) / words.length;
    for (const [word, literal] of words) {
      if (literal.seen > STANDS_OUT * mean) continue;
      node.literals.delete(word);
      this.#merge(literal, parameter, merged);
    }
  }

  #merge(from: Node, to: Node, merged: LearnedPath[]): void {
    this.#nodes -= 1;
    to.seen += from.seen;
    for (const [method, path] of from.ends) {
      const known = to.ends.get(method) ?? to.path;
      to.ends.set(method, known);
      merged.push({ method, from: path, to: known });
    }
    to.takesAny ||= from.takesAny;
    if (from.parameter !== undefined) {
      const parameter = this.#parameterOf(to, from.takesAny ? ANY_WORD : ANY_ID);
      if (parameter !== undefined) this.#merge(from.parameter, parameter, merged);
    }
    for (const [word, literal] of from.literals) {
      const into = to.literals.get(word) ?? this.#addLiteral(to, word);
      if (into !== undefined) this.#merge(literal, into, merged);
    }
  }

  #parameterOf(node: Node, name: string): Node | undefined {
    return (node.parameter ??= this.#add(`${node.path}/${name}`));
  }

  #addLiteral(node: Node, segment: string): Node | undefined {
    const added = this.#add(`${node.path}/${segment}`);
    if (added !== undefined) node.literals.set(segment, added);
    return added;
  }

  #add(path: string): Node | undefined {
    if (this.#nodes >= NODES_MAX) return undefined;
    this.#nodes += 1;
    return nodeOf(path);
  }
}

function nodeOf(path: string): Node {
  return {
    ...{ path, literals: new Map(), parameter: undefined, takesAny: false },
    ...{ isTold: false, seen: 0, ends: new Map() },
  };
}

function isWildcard(segment: string): boolean {
  return segment.includes('*') || segment.includes('(');
}

/** Words first, then parameters: what is written out stands before what stands for any. */
function find(
  node: Node,
  search: { readonly method: string; readonly segments: readonly string[]; readonly at: number },
): string | undefined {
  const { method, segments, at } = search;
  const segment = segments[at];
  if (segment === undefined) return node.ends.get(method);
  const next = { method, segments, at: at + 1 };
  const literal = node.literals.get(segment);
  const found = literal === undefined ? undefined : find(literal, next);
  if (found !== undefined || node.parameter === undefined) return found;
  return find(node.parameter, next);
}

/** Whether the words below a node are too many, or too rarely seen again, to be the words of an API. */
function areMany(node: Node): boolean {
  let [words, once, odd] = [0, 0, 0];
  for (const [word, { isTold, seen }] of node.literals) {
    if (isTold) continue;
    words += 1;
    // The last one was not seen yet.
    if (seen <= 1) once += 1;
    if (isOdd(word)) odd += 1;
  }
  if (words > WORDS_MAX) return true;
  const kind =
    odd * 2 >= words ? 'odd' : node.parameter === undefined ? 'plain' : 'besideParameter';
  const enough = ENOUGH[kind];
  return words >= enough.words && once >= words * enough.once;
}
