/** Reads a configuration file: YAML, substitutions, shape; every error with its place. */
import {
  isAlias,
  isMap,
  isScalar,
  LineCounter,
  parseDocument,
  type Document,
  type Node,
  visit,
} from 'yaml';
import {
  shownPath,
  shownValue,
  substitute,
  type SubstitutionSources,
  withoutQuotations,
} from '@spanguard/redaction';
import { z } from 'zod';
import type { OptionMeta } from '../options/option-kinds.ts';
import { allowedKeysAt, optionMetaAt } from './describe-shape.ts';
import type { PlaceOf } from './problem.ts';
import { type Config, configShape } from './shape.ts';

/** One thing wrong with a configuration, ready to print. */
export interface ConfigProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Names the option, what was found, and what is allowed. Never a secret. */
  readonly message: string;
}

/** A configuration, or all that is wrong with it. */
export type LoadedConfig =
  | { readonly ok: true; readonly config: Config; readonly placeOf: PlaceOf }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** What to read, and where substitutions come from. */
export interface ConfigSource extends SubstitutionSources {
  /** Name shown in messages. */
  readonly file: string;
  readonly text: string;
}

const CHARACTERS_MAX = 1_048_576;
const ALIASES_MAX = 64;

/** The configuration of a processor started without a file. */
export function defaultConfig(): Config {
  return configShape.parse({});
}

/** Parses, substitutes and checks. Collects every problem instead of stopping at the first. */
export function loadConfig(source: ConfigSource): LoadedConfig {
  const lineCounter = new LineCounter();
  const place = (offset: number): Omit<ConfigProblem, 'message'> => {
    const { line, col } = lineCounter.linePos(offset);
    return { file: source.file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  if (source.text.length > CHARACTERS_MAX) {
    const message = `the file has ${source.text.length} characters, at most ${CHARACTERS_MAX} are read`;
    return { ok: false, problems: [{ ...place(0), message }] };
  }
  const document = parseDocument(source.text, {
    lineCounter,
    uniqueKeys: true,
    prettyErrors: false,
  });
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => ({
      ...place(error.pos[0]),
      message: withoutQuotations(error.message),
    }));
    return { ok: false, problems };
  }
  const written = writtenValues(document);
  const problems = substituteAll(document, source).map(({ offset, message }) => ({
    ...place(offset),
    message,
  }));
  if (problems.length > 0) return { ok: false, problems };

  const parsed = configShape.safeParse(document.toJS({ maxAliasCount: ALIASES_MAX }) ?? {});
  if (parsed.success) {
    const placeOf: PlaceOf = (path) => {
      const { file, line, column } = place(keyOffset(document, path));
      return `${file}:${line}:${column}`;
    };
    return { ok: true, config: parsed.data, placeOf };
  }
  return {
    ok: false,
    problems: parsed.error.issues.flatMap((issue) =>
      describeIssue(issue, document, written).map(({ offset, message }) => ({
        ...place(offset),
        message,
      })),
    ),
  };
}

/** `file:line:column: message`, as compilers and editors know it. */
export function formatConfigProblem({ file, line, column, message }: ConfigProblem): string {
  return `${file}:${line}:${column}: ${message}`;
}

interface PlacedMessage {
  readonly offset: number;
  readonly message: string;
}

/** What a user wrote, before substitution: messages show `${env:X}`, never the value of X. */
type WrittenValues = ReadonlyMap<Node, unknown>;

function writtenValues(document: Document): WrittenValues {
  const written = new Map<Node, unknown>();
  visit(document, {
    Scalar: (_key, node) => {
      written.set(node, node.value);
    },
  });
  return written;
}

function substituteAll(document: Document, sources: SubstitutionSources): PlacedMessage[] {
  const problems: PlacedMessage[] = [];
  visit(document, {
    Scalar: (key, node) => {
      if (key === 'key' || typeof node.value !== 'string' || !node.value.includes('$')) return;
      const result = substitute(node.value, sources);
      if (!result.ok) {
        const message = `${result.missing} is not set, or its file cannot be read`;
        problems.push({ offset: node.range?.[0] ?? 0, message });
        return;
      }
      node.value = node.type === 'PLAIN' && result.substituted ? typed(result.text) : result.text;
    },
  });
  return problems;
}

/** A plain `${env:PORT}` may stand for a number or a switch, as if it had been written there. */
function typed(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
}

function describeIssue(
  issue: z.core.$ZodIssue,
  document: Document,
  written: WrittenValues,
): PlacedMessage[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    const allowed = allowedKeysAt(configShape, path).join(', ');
    return issue.keys.map((key) => ({
      offset: keyOffset(document, [...path, key]),
      message: `${shownPath([...path, key])}: unknown key; allowed here: ${allowed}`,
    }));
  }
  if (issue.code === 'custom' && typeof issue.params?.['problem'] === 'string') {
    const message = `${shownPath(path)}: ${issue.params['problem']}`;
    return [{ offset: keyOffset(document, path), message }];
  }
  const meta = metaOf(issue) ?? optionMetaAt(configShape, path);
  const node = nodeAt(document, path);
  const expected = meta?.expected ?? expectedFrom(issue);
  const found = meta?.secret === true ? 'a value that is not shown' : shown(node, written);
  const message =
    node === undefined
      ? `${shownPath(path)}: is missing, expected ${expected}`
      : `${shownPath(path)}: found ${found}, expected ${expected}`;
  return [{ offset: node?.range?.[0] ?? keyOffset(document, path), message }];
}

/** What an issue itself says of what is expected, where a part of the configuration is checked elsewhere. */
function metaOf(issue: z.core.$ZodIssue): Omit<OptionMeta, 'doc'> | undefined {
  const params = issue.code === 'custom' ? issue.params : undefined;
  const expected: unknown = params?.['expected'];
  if (typeof expected !== 'string') return undefined;
  return params?.['secret'] === true ? { expected, secret: true } : { expected };
}

function expectedFrom(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') {
    return issue.expected === 'object' ? 'a map of options' : `a value of type ${issue.expected}`;
  }
  if (issue.code === 'invalid_value') return `one of ${issue.values.map(String).join(', ')}`;
  return issue.message;
}

function shown(node: Node | undefined, written: WrittenValues): string {
  if (node === undefined) return 'nothing';
  if (isMap(node)) return 'a map';
  if (!isScalar(node)) return 'a list';
  const value = written.has(node) ? written.get(node) : node.value;
  return typeof value === 'string' ? shownValue(value) : String(value);
}

function nodeAt(document: Document, path: readonly string[]): Node | undefined {
  const node = document.getIn(path.map(indexOrKey), true);
  if (isAlias(node)) return node.resolve(document);
  return node instanceof Object && 'range' in node ? (node as Node) : undefined;
}

/** Offset of the key at a path, or of its nearest ancestor that the file has. */
function keyOffset(document: Document, path: readonly string[]): number {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const parent = depth === 1 ? document.contents : nodeAt(document, path.slice(0, depth - 1));
    if (!isMap(parent)) continue;
    for (const pair of parent.items) {
      if (isScalar(pair.key) && String(pair.key.value) === path[depth - 1])
        return pair.key.range?.[0] ?? 0;
    }
  }
  return 0;
}

function indexOrKey(part: string): string | number {
  return /^\d{1,6}$/.test(part) ? Number(part) : part;
}
