/** YAML with positions: every value knows its line and column, depth and size are bounded. */
import {
  Composer,
  CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  Parser,
  type ParsedNode,
} from 'yaml';
import type { Position, Problems } from '../errors.ts';

/** A string, number, boolean or null as YAML's core schema reads it. */
export interface LocatedScalar {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  /** As it is written. */
  readonly text: string;
  readonly at: Position;
}

/** A sequence. */
export interface LocatedList {
  readonly kind: 'list';
  readonly items: readonly Located[];
  readonly at: Position;
}

/** One key of a mapping with its value; `at` is where the key stands. */
export interface LocatedEntry {
  readonly key: string;
  readonly at: Position;
  readonly value: Located;
}

/** A mapping, in the order it is written. */
export interface LocatedMap {
  readonly kind: 'map';
  readonly entries: readonly LocatedEntry[];
  readonly at: Position;
}

/** Any YAML value with its place. */
export type Located = LocatedScalar | LocatedList | LocatedMap;

/** Bounds of one file. */
export const YAML_LIMITS = {
  charactersMax: 2_097_152,
  documentsMax: 500,
  depthMax: 32,
  nodesMax: 100_000,
} as const;

const START: Position = { line: 1, column: 1 };

/** All documents of a file; problems are collected, broken documents left out. Never throws. */
export function readDocuments(text: string, problems: Problems): Located[] {
  if (text.length > YAML_LIMITS.charactersMax) {
    const max = YAML_LIMITS.charactersMax;
    problems.add('SIGMA_LIMIT', START, `the file has ${text.length} characters, at most ${max}`);
    return [];
  }
  const lines = new LineCounter();
  const positionOf = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  const deep = tokens.find((token) => deeperThan(token, YAML_LIMITS.depthMax));
  if (deep !== undefined) {
    const at = positionOf(deep.offset);
    problems.add('SIGMA_LIMIT', at, `nested deeper than ${YAML_LIMITS.depthMax} levels`);
    return [];
  }
  // The library compares keys in quadratic time; they are compared when read instead.
  const documents = [...new Composer({ uniqueKeys: false }).compose(tokens)];
  if (documents.length > YAML_LIMITS.documentsMax) {
    const max = YAML_LIMITS.documentsMax;
    problems.add('SIGMA_LIMIT', START, `${documents.length} documents in a file, at most ${max}`);
    return [];
  }
  const reader = new NodeReader(problems, positionOf);
  return documents.flatMap((document) => reader.document(document) ?? []);
}

/** The parser keeps its own stack; the composer recurses, so depth is judged on its tokens first. */
function deeperThan(root: CST.Token, depthMax: number): boolean {
  const open: { token: CST.Token; depth: number }[] = [{ token: root, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.depth > depthMax) return true;
    const { token } = next;
    const depth = next.depth + 1;
    if (token.type === 'document' && token.value !== undefined) {
      open.push({ token: token.value, depth: next.depth });
    }
    if (!('items' in token)) continue;
    for (const { key, value } of token.items) {
      if (key) open.push({ token: key, depth });
      if (value) open.push({ token: value, depth });
    }
  }
  return false;
}

class NodeReader {
  readonly #problems: Problems;
  readonly #positionOf: (offset: number) => Position;
  #nodes = 0;

  constructor(problems: Problems, positionOf: (offset: number) => Position) {
    this.#problems = problems;
    this.#positionOf = positionOf;
  }

  document(document: Document.Parsed | { contents: ParsedNode | null }): Located | undefined {
    const errors = 'errors' in document ? document.errors : [];
    for (const error of errors) {
      const sentence = (error.message.split('\n')[0] ?? '').replace(/ at line \d+.*$/, '');
      this.#problems.add('SIGMA_YAML_INVALID', this.#positionOf(error.pos[0]), sentence);
    }
    if (errors.length > 0 || document.contents === null) return undefined;
    const read = this.#node(document.contents);
    return read.kind === 'scalar' && read.value === null ? undefined : read;
  }

  /** Recursion is bounded: the tokens were no deeper than `depthMax`. */
  #node(node: ParsedNode | null): Located {
    if (node === null) return { kind: 'scalar', value: null, text: '', at: START };
    const at = this.#positionOf(node.range[0]);
    this.#nodes += 1;
    if (this.#nodes > YAML_LIMITS.nodesMax) {
      if (this.#nodes === YAML_LIMITS.nodesMax + 1) {
        this.#problems.add('SIGMA_LIMIT', at, `more than ${YAML_LIMITS.nodesMax} values in a file`);
      }
      return { kind: 'scalar', value: null, text: '', at };
    }
    if (isScalar(node)) return this.#scalar(node.value, node.source, at);
    if (isSeq(node)) return { kind: 'list', items: node.items.map((item) => this.#node(item)), at };
    if (isMap(node)) return this.#map(node.items, at);
    if (isAlias(node)) {
      this.#problems.add('SIGMA_YAML_INVALID', at, 'aliases (*name) are not allowed in rules');
    }
    return { kind: 'scalar', value: null, text: '', at };
  }

  #map(items: readonly { key: ParsedNode; value: ParsedNode | null }[], at: Position): LocatedMap {
    const seen = new Set<string>();
    const entries: LocatedEntry[] = [];
    for (const { key, value } of items) {
      const name = this.#node(key);
      if (name.kind !== 'scalar') {
        this.#problems.add(
          'SIGMA_YAML_INVALID',
          name.at,
          'a key is a map or a list, expected text',
        );
        continue;
      }
      const text = typeof name.value === 'string' ? name.value : name.text;
      if (seen.has(text)) {
        this.#problems.add('SIGMA_YAML_INVALID', name.at, `the key ${text} stands here twice`);
      }
      seen.add(text);
      entries.push({ key: text, at: name.at, value: this.#node(value) });
    }
    return { kind: 'map', entries, at };
  }

  #scalar(value: unknown, source: string, at: Position): LocatedScalar {
    const text = source;
    if (typeof value === 'string' || typeof value === 'boolean') {
      return { kind: 'scalar', value, text, at };
    }
    // Numbers beyond 2^53 would be compared inexactly: they stay the text that was written.
    if (typeof value === 'number') {
      const exact = !Number.isInteger(value) || Number.isSafeInteger(value);
      return { kind: 'scalar', value: exact ? value : text, text, at };
    }
    return { kind: 'scalar', value: null, text, at };
  }
}

/** The value of a key, or undefined. */
export function entryOf(map: LocatedMap, key: string): LocatedEntry | undefined {
  return map.entries.find((entry) => entry.key === key);
}

/** What a message shows of a value. */
export function plainOf(value: Located): unknown {
  if (value.kind === 'scalar') return value.value;
  return value.kind === 'list' ? value.items.map(plainOf) : 'a map';
}
