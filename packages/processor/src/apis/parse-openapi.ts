/**
 * Reads what drift needs of a document of OpenAPI 3, in YAML or JSON: operations, and what they say of
 * themselves.
 */
import { parse } from 'yaml';
import { OPENAPI_METHODS } from './openapi.ts';
import { partsOf, type PathPart } from './path-shape.ts';

/** An operation of a document. */
export interface DocumentedOperation {
  readonly method: string;
  /** With the path of the server in front. */
  readonly path: string;
  readonly parts: readonly PathPart[];
  /** Declared deprecated, or to end. */
  readonly isDeprecated: boolean;
  /** In upper case: `200`, `4XX`, `DEFAULT`. */
  readonly statuses: ReadonlySet<string>;
  /** Names of query parameters. */
  readonly parameters: ReadonlySet<string>;
}

/** What is read of a document. */
export interface OpenApiDocument {
  readonly file: string;
  readonly operations: readonly DocumentedOperation[];
}

/** A document, or what is wrong with it. */
export type ParsedOpenApi =
  | { readonly ok: true; readonly document: OpenApiDocument }
  | { readonly ok: false; readonly problem: string };

type Group = Readonly<Record<string, unknown>>;

const TEXT_CHARACTERS_MAX = 32 * 1024 * 1024;
const ALIASES_MAX = 1000;
/** References to references, at most. */
const REFERENCES_MAX = 8;

/** Reads it. Never throws. */
export function parseOpenApi(file: string, text: string): ParsedOpenApi {
  if (text.length > TEXT_CHARACTERS_MAX) return { ok: false, problem: `${file}: more than 32 MiB` };
  let root: unknown;
  try {
    // JSON is YAML too, but is read much faster as what it is.
    const isJson = /^\s*\{/.test(text);
    root = isJson ? JSON.parse(text) : parse(text, { maxAliasCount: ALIASES_MAX });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: false, problem: `${file}: neither YAML nor JSON: ${reason}` };
  }
  if (!isGroup(root) || !textOf(root['openapi']).startsWith('3.')) {
    return { ok: false, problem: `${file}: no document of OpenAPI 3 (openapi: 3.x.y)` };
  }
  const reader = new Reader(root);
  return { ok: true, document: { file, operations: reader.operations() } };
}

class Reader {
  readonly #root: Group;

  constructor(root: Group) {
    this.#root = root;
  }

  operations(): readonly DocumentedOperation[] {
    const found: DocumentedOperation[] = [];
    const bases = basesOf(this.#root);
    for (const [path, value] of entriesOf(this.#root['paths'])) {
      const item = this.#resolve(value);
      if (item === undefined) continue;
      for (const [name, operation] of entriesOf(item)) {
        const method = name.toUpperCase();
        if (!OPENAPI_METHODS.includes(method) || !isGroup(operation)) continue;
        for (const base of bases)
          found.push(this.#operation(`${base}${path}`, method, { item, operation }));
      }
    }
    return found;
  }

  #operation(
    path: string,
    method: string,
    { item, operation }: { readonly item: Group; readonly operation: Group },
  ): DocumentedOperation {
    const parameters = [...listOf(item['parameters']), ...listOf(operation['parameters'])]
      .map((parameter) => this.#resolve(parameter))
      .filter((parameter) => parameter?.['in'] === 'query')
      .map((parameter) => textOf(parameter?.['name']));
    return {
      ...{ method, path, parts: partsOf(path) },
      isDeprecated: operation['deprecated'] === true || operation['x-sunset'] !== undefined,
      statuses: new Set(entriesOf(operation['responses']).map(([status]) => status.toUpperCase())),
      parameters: new Set(parameters),
    };
  }

  /** What a value stands for: itself, or what it refers to in the document. */
  #resolve(value: unknown): Group | undefined {
    let resolved = value;
    for (let depth = 0; depth <= REFERENCES_MAX; depth += 1) {
      if (!isGroup(resolved)) return undefined;
      const { $ref: reference } = resolved;
      if (typeof reference !== 'string') return resolved;
      if (!reference.startsWith('#/')) return undefined;
      resolved = reference
        .slice(2)
        .split('/')
        .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
        .reduce<unknown>(
          (at, key) => (isGroup(at) && Object.hasOwn(at, key) ? at[key] : undefined),
          this.#root,
        );
    }
    return undefined;
  }
}

/** Paths of the servers, each once; none is the root. */
function basesOf(root: Group): readonly string[] {
  const bases = listOf(root['servers']).map((server) => {
    const url = isGroup(server) ? textOf(server['url']) : '';
    const path = url.replace(/^[a-z][a-z\d+.-]*:\/\/[^/]*/i, '').replace(/[?#].*$/s, '');
    return path.replace(/\/+$/, '');
  });
  return bases.length === 0 ? [''] : [...new Set(bases)];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return isGroup(value) ? Object.entries(value) : [];
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

function isGroup(value: unknown): value is Group {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
