/** A text of YAML or JSON, read once: its plain data, and where each name and value of it stands. */
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import { withoutQuotations } from '@spanguard/redaction';

/** A place in a text, both counted from 1. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** Data with its places, or the first reason why the text is none. */
export type PlacedRead =
  | { readonly ok: true; readonly placed: PlacedYaml }
  | { readonly ok: false; readonly at: TextPlace; readonly message: string };

const ALIASES_MAX = 64;

/** Reads a text. Total. */
export function readYaml(text: string): PlacedRead {
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, {
      lineCounter: lines,
      uniqueKeys: true,
      prettyErrors: false,
      // No bytes, sets or dates: what JSON has is all that a policy is made of.
      resolveKnownTags: false,
      logLevel: 'error',
    });
    const [error] = document.errors;
    if (error !== undefined) {
      const message = withoutQuotations(error.message);
      return { ok: false, at: placeIn(lines, error.pos[0]), message };
    }
    const data: unknown = document.toJS({ maxAliasCount: ALIASES_MAX });
    return { ok: true, placed: new PlacedYaml(document, lines, data) };
  } catch {
    // Nested deeper than the parser's stack, or aliases of aliases.
    return { ok: false, at: { line: 1, column: 1 }, message: 'is too deep to be read' };
  }
}

/** See the head of this file. */
export class PlacedYaml {
  readonly data: unknown;
  readonly #document: Document;
  readonly #lines: LineCounter;

  constructor(document: Document, lines: LineCounter, data: unknown) {
    this.#document = document;
    this.#lines = lines;
    this.data = data;
  }

  /** Where the value at a path stands; that of its name, or of the nearest one around it, where it has none. */
  placeOf(path: readonly string[], part: 'name' | 'value'): TextPlace {
    const value = part === 'value' ? this.#document.getIn(path, true) : undefined;
    const offset = isNode(value) ? value.range?.[0] : undefined;
    return placeIn(this.#lines, offset ?? this.#nameOffset(path));
  }

  #nameOffset(path: readonly string[]): number {
    for (let depth = path.length; depth > 0; depth -= 1) {
      const parent = this.#document.getIn(path.slice(0, depth - 1), true);
      if (!isMap(parent)) continue;
      for (const { key } of parent.items) {
        if (isScalar(key) && String(key.value) === path[depth - 1]) return key.range?.[0] ?? 0;
      }
    }
    return 0;
  }
}

function placeIn(lines: LineCounter, offset: number): TextPlace {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}
