/** Signs of attacks in a raw request target: its path, and each name and value of its query. */
import { base64Text } from './decode/base64.ts';
import { Findings } from './findings.ts';
import type { LocatedIndicator } from './indicator.ts';
import { DEFAULT_LIMITS } from './limits.ts';

const PLAIN_SEGMENT = /^[\w.~-]{0,128}$/;
const SEGMENTS_MAX = 16;
const TARGET_LENGTH_MAX = 16_384;

/** `/a/../b?x=1&y=2` as it stood on the request line; offsets are within the part named. */
export function recogniseTarget(rawTarget: string): readonly LocatedIndicator[] {
  const target = bounded(rawTarget);
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const inPath = recognisePath(path);
  if (mark < 0) return inPath;
  const inQuery = recogniseQuery(target.slice(mark + 1));
  if (inPath.length === 0) return inQuery;
  return inQuery.length === 0 ? inPath : [...inPath, ...inQuery];
}

/** Head and tail of an overlong target: padding must not hide what follows it. */
function bounded(target: string): string {
  if (target.length <= TARGET_LENGTH_MAX) return target;
  const half = TARGET_LENGTH_MAX / 2;
  return target.slice(0, half) + target.slice(target.length - half);
}

function recognisePath(path: string): readonly LocatedIndicator[] {
  const findings = new Findings('path');
  findings.read(path, 'value', '');
  // A payload in a path parameter begins where its segment begins.
  let segments = 0;
  let start = 1;
  while (start < path.length && segments < SEGMENTS_MAX) {
    const slash = path.indexOf('/', start);
    const end = slash < 0 ? path.length : slash;
    const segment = path.slice(start, end);
    if (!PLAIN_SEGMENT.test(segment) || base64Text(segment) !== undefined) {
      segments += 1;
      findings.read(segment, 'value', '');
    }
    start = end + 1;
  }
  return withoutRepeats(findings.list);
}

function recogniseQuery(query: string): readonly LocatedIndicator[] {
  const findings = new Findings('query');
  let pairs = 0;
  let start = 0;
  while (start <= query.length && pairs < DEFAULT_LIMITS.entriesMax) {
    const ampersand = query.indexOf('&', start);
    const end = ampersand < 0 ? query.length : ampersand;
    readPair(query.slice(start, end), findings);
    pairs += 1;
    start = end + 1;
  }
  // "x=1&&cat /etc/passwd" is one command to a shell but three pairs to a parser.
  if (query.includes('&&') || !query.includes('=')) findings.read(query, 'value', '');
  return withoutRepeats(findings.list);
}

function readPair(pair: string, findings: Findings): void {
  const equals = pair.indexOf('=');
  const name = formBlanks(equals < 0 ? pair : pair.slice(0, equals));
  findings.read(name, 'name', name);
  if (equals < 0) return;
  findings.read(formBlanks(pair.slice(equals + 1)), 'value', name);
  // "<img src=x>" as a whole parameter is split at its first '='.
  if (findings.list.length === 0 && /[<'"(;|${]|%[237]/.test(name)) {
    findings.read(formBlanks(pair), 'name', name);
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
