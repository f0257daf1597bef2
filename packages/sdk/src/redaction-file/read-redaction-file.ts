/**
 * The masking policy as a file says it: the one the processor reads as well, so that both mask alike. Never
 * throws: where the file cannot be used the strict policy holds, and what is wrong is said with its place.
 */
import { readFileSync, statSync } from 'node:fs';
import {
  parsePolicy,
  type PolicyProblem,
  type RedactionConfig,
  sentenceOf,
  shownPath,
  shownValue,
  STRICT_REDACTION,
  substitute,
  valueAt,
} from '@spanguard/redaction';
import { type PlacedRead, type PlacedYaml, readYaml } from './placed-yaml.ts';

/** What holds after a file was read. */
export interface RedactionFile {
  /** The policy of the file; the strict one where there are problems. */
  readonly redaction: RedactionConfig;
  /** Master key of hashes and pseudonyms, where the file has one. */
  readonly hashKey?: Uint8Array;
  /** `file:line:column: message`, one for each thing wrong. Never a secret. */
  readonly problems: readonly string[];
}

/** A file and what may be put into it. */
export interface RedactionFileSource {
  readonly path: string;
  /** What `${env:NAME}` stands for. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A policy that stands within a file of others, who have read it already. */
export interface RedactionNode {
  /** The policy itself. */
  readonly data: unknown;
  /** The file it is in. */
  readonly path: string;
  /** Names that lead to it there. */
  readonly within: readonly string[];
}

/** The part of a processor's configuration that is the policy. */
const REDACT = 'redact';
const FILE_BYTES_MAX = 1_048_576;

/**
 * Reads a file of YAML or JSON that is the policy, or a processor's whole configuration with the policy under
 * `redact`. `${env:NAME}`, `${env:NAME:-default}` and `${file:path}` stand for what they do in the processor.
 */
export function readRedactionFile(source: RedactionFileSource): RedactionFile {
  return orStrict(source.path, () => readFile(source));
}

/** Reads a policy within a file that was read before; the file is looked at for places alone. */
export function readRedactionNode(node: RedactionNode): RedactionFile {
  return orStrict(node.path, () => readNode(node));
}

/** Whatever we did not think of: nothing may go unmasked for it, and no application end. */
function orStrict(path: string, read: () => RedactionFile): RedactionFile {
  try {
    return read();
  } catch {
    return refused([`${path}:1:1: cannot be read`]);
  }
}

function readFile({ path, env }: RedactionFileSource): RedactionFile {
  const read = readText(path);
  if (!read.ok) return refused([`${path}:1:1: ${read.message}`]);
  const yaml = readYaml(read.text);
  if (!yaml.ok) return refused([`${path}:${yaml.at.line}:${yaml.at.column}: ${yaml.message}`]);
  const { placed } = yaml;
  if (placed.data === null || placed.data === undefined) {
    return refused([`${path}:1:1: is empty; write {} for the default policy`]);
  }
  const within = valueAt(placed.data, [REDACT]) === undefined ? [] : [REDACT];
  const written = valueAt(placed.data, within);
  const { data, missing } = substituteAll(written, env);
  if (missing.length > 0) return refusedFor(missing, { path, within, written }, yaml);
  return policyOf({ path, within, written, data }, yaml);
}

function readNode({ data, path, within }: RedactionNode): RedactionFile {
  const read = readText(path);
  const yaml = read.ok ? readYaml(read.text) : undefined;
  return policyOf({ path, within, written: data, data }, yaml);
}

interface WrittenPolicy {
  readonly path: string;
  readonly within: readonly string[];
  /** As it stands in the file: what may be shown of it. */
  readonly written: unknown;
}

function policyOf(
  { data, ...policy }: WrittenPolicy & { readonly data: unknown },
  yaml: PlacedRead | undefined,
): RedactionFile {
  const parsed = parsePolicy(data);
  if (!parsed.ok) {
    const problems = parsed.problems.map((problem) => ({
      ...problem,
      sentence: [
        shownPath([...policy.within, ...problem.path]) || 'the policy',
        sentenceOf(problem, found(valueAt(policy.written, problem.path))),
      ].join(': '),
    }));
    return refusedFor(problems, policy, yaml);
  }
  const { config, pseudonymKey } = parsed.policy;
  const hashKey = pseudonymKey?.();
  return { redaction: config, ...(hashKey && { hashKey }), problems: [] };
}

interface PlacedProblem extends Pick<PolicyProblem, 'path' | 'wrong'> {
  readonly sentence: string;
}

function refusedFor(
  problems: readonly PlacedProblem[],
  { path, within }: WrittenPolicy,
  yaml: PlacedRead | undefined,
): RedactionFile {
  const placed: PlacedYaml | undefined = yaml?.ok === true ? yaml.placed : undefined;
  return refused(
    problems.map((problem) => {
      const names = [...within, ...problem.path];
      const { line, column } = placed?.placeOf(names, problem.wrong) ?? { line: 1, column: 1 };
      return `${path}:${line}:${column}: ${problem.sentence}`;
    }),
  );
}

function refused(problems: readonly string[]): RedactionFile {
  return { redaction: STRICT_REDACTION, problems };
}

type TextRead =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string };

/** Looks before it reads: a pipe would hold the application for ever. */
function readText(path: string): TextRead {
  try {
    const stat = statSync(path);
    if (!stat.isFile()) return { ok: false, message: 'is no file' };
    const { size } = stat;
    if (size <= FILE_BYTES_MAX) return { ok: true, text: readFileSync(path, 'utf8') };
    const message = `the file has ${size} bytes, at most ${FILE_BYTES_MAX} are read`;
    return { ok: false, message };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    return { ok: false, message: `cannot be read${code}` };
  }
}

/** Puts values into the texts of plain data; a policy has no others. */
function substituteAll(
  written: unknown,
  env: RedactionFileSource['env'],
): { readonly data: unknown; readonly missing: readonly PlacedProblem[] } {
  const missing: PlacedProblem[] = [];
  const textOf = (path: string): string | undefined => {
    const read = readText(path);
    return read.ok ? read.text : undefined;
  };
  const put = (value: unknown, path: readonly string[]): unknown => {
    if (Array.isArray(value)) return value.map((item, at) => put(item, [...path, String(at)]));
    if (typeof value === 'object' && value !== null) {
      const entries = Object.entries(value).map(([name, member]): [string, unknown] => [
        name,
        put(member, [...path, name]),
      ]);
      return Object.fromEntries(entries);
    }
    if (typeof value !== 'string' || !value.includes('$')) return value;
    const result = substitute(value, { env, readFile: textOf });
    if (result.ok) return result.text;
    const sentence = `${result.missing} is not set, or its file cannot be read`;
    missing.push({ path, wrong: 'value', sentence });
    return value;
  };
  return { data: put(written, []), missing };
}

function found(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'a map';
  return typeof value === 'string' ? shownValue(value) : JSON.stringify(value);
}
