/** Signs of attacks in a raw request target: its path, and each name and value of its query. */
import { base64Text } from './decode/base64.ts';
import { urlDecode } from './decode/url.ts';
import { budgetOf, Findings, type FindingsOptions } from './findings.ts';
import type { LocatedIndicator } from './indicator.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { readGraphql } from './read-graphql.ts';
import { signOfPair } from './rules/parameter-pair.ts';
import { nextMark } from './payload-marks.ts';

/** Servers of GraphQL take a document there as well. */
const GRAPHQL_PARAMETER = 'query';
const PLAIN_SEGMENT = /^[\w.~-]{0,128}$/;
const TARGET_LENGTH_MAX = 16_384;

/**
 * `/a/../b?x=1&y=2` as it stood on the request line; offsets are within the part named. All of a target
 * up to 16,384 characters is looked at, of a longer one the first and last 8,192; what is left out and
 * may be a payload is the sign `extraneous.beyond_limits`.
 */
export function recogniseTarget(rawTarget: string): readonly LocatedIndicator[] {
  return signsInTarget(rawTarget, {});
}

export function signsInTarget(
  rawTarget: string,
  given: FindingsOptions,
): readonly LocatedIndicator[] {
  const options = { ...given, budget: budgetOf(given.limits ?? DEFAULT_LIMITS) };
  const half = TARGET_LENGTH_MAX / 2;
  const isLong = rawTarget.length > TARGET_LENGTH_MAX;
  // Head and tail of an overlong target: padding must not hide what follows it.
  const target = isLong ? rawTarget.slice(0, half) + rawTarget.slice(-half) : rawTarget;
  const mark = target.indexOf('?');
  const inPath = new Findings('path', options);
  readPath(mark < 0 ? target : target.slice(0, mark), inPath);
  if (isLong && nextMark(rawTarget.slice(half, -half)) >= 0) inPath.cut();
  if (mark < 0) return withoutRepeats(inPath.list);
  const inQuery = new Findings('query', options);
  readQuery(target.slice(mark + 1), inQuery);
  if (inPath.list.length === 0) return withoutRepeats(inQuery.list);
  if (inQuery.list.length === 0) return withoutRepeats(inPath.list);
  return [...withoutRepeats(inPath.list), ...withoutRepeats(inQuery.list)];
}

/** A path whole and by its segments. */
export function readPath(path: string, findings: Findings, parameter = ''): void {
  findings.read(path, 'value', parameter);
  // A payload in a path parameter begins where its segment begins.
  let start = 1;
  while (start < path.length) {
    const slash = path.indexOf('/', start);
    const end = slash < 0 ? path.length : slash;
    const segment = path.slice(start, end);
    if (!PLAIN_SEGMENT.test(segment) || base64Text(segment) !== undefined) {
      findings.read(segment, 'value', parameter);
    }
    start = end + 1;
  }
}

/** Names and values of a query or form, the whole where no form is one; `carrier` is what it stands in. */
export function readQuery(query: string, findings: Findings, carrier?: string): void {
  let start = 0;
  while (start <= query.length) {
    const ampersand = query.indexOf('&', start);
    const end = ampersand < 0 ? query.length : ampersand;
    readPair(query.slice(start, end), findings, carrier);
    start = end + 1;
  }
  // "x=1&&cat /etc/passwd" is one command to a shell but three pairs to a parser.
  if (query.includes('&&') || !query.includes('=')) findings.read(query, 'value', carrier ?? '');
}

function readPair(pair: string, findings: Findings, carrier: string | undefined): void {
  const equals = pair.indexOf('=');
  const name = formBlanks(equals < 0 ? pair : pair.slice(0, equals));
  const parameter = carrier ?? name;
  findings.read(name, 'name', parameter);
  if (equals < 0) return;
  const value = formBlanks(pair.slice(equals + 1));
  findings.read(value, 'value', parameter);
  if (name === GRAPHQL_PARAMETER) readGraphql(urlDecode(value), parameter, findings);
  const sign = signOfPair(name, value);
  if (sign !== undefined) findings.add([sign], parameter);
  // "<img src=x>" as a whole parameter is split at its first '='.
  if (findings.list.length === 0 && /[<'"(;|${]|%[237]/.test(name)) {
    findings.read(formBlanks(pair), 'name', parameter);
  }
}

/** '+' is a blank in a form, unless the whole is base64. */
function formBlanks(text: string): string {
  return text.includes('+') && !/^[\w+/-]{16,}={0,2}$/.test(text)
    ? text.replaceAll('+', ' ')
    : text;
}

function withoutRepeats(list: readonly LocatedIndicator[]): readonly LocatedIndicator[] {
  if (list.length < 2) return list;
  const seen = new Set<string>();
  return list.filter(({ rule, part, parameter }) => {
    const key = `${rule} ${part} ${parameter}`;
    return !seen.has(key) && seen.add(key) !== undefined;
  });
}
