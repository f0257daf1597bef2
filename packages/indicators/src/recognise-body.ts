/** Signs of attacks in a parsed body: names and text values at any nesting, within bounds. */
import { Findings } from './findings.ts';
import type { LocatedIndicator } from './indicator.ts';
import { DEFAULT_LIMITS } from './limits.ts';

interface Entry {
  readonly value: unknown;
  readonly name: string;
  readonly depth: number;
}

const MARKUP_TEXT = /(?:=\s?"([^"]{1,2048})"|=\s?'([^']{1,2048})'|>([^<>]{2,2048})<)/g;

/**
 * Objects, arrays and strings are read; accessors are not invoked, anything else is passed over.
 * At most 256 entries, 64 names and values that are more than plain words, 16 levels; of long texts
 * the head and the tail.
 */
export function recogniseBody(parsed: unknown): readonly LocatedIndicator[] {
  const findings = new Findings('body');
  // Breadth first with an explicit list: foreign nesting never becomes our call depth.
  const queue: Entry[] = [{ value: parsed, name: '', depth: 0 }];
  for (let at = 0; at < queue.length && !findings.full; at++) {
    const entry = queue[at];
    if (entry === undefined) break;
    if (typeof entry.value === 'string') readText(entry.value, entry.name, findings);
    else if (typeof entry.value === 'object' && entry.value !== null) {
      expand(entry, entry.value, queue, findings);
    }
  }
  return findings.list;
}

function readText(text: string, name: string, findings: Findings): void {
  findings.read(text, 'value', name);
  if (!text.startsWith('<')) return;
  // What an XML document carries is what its application will use: read each text on its own.
  const ends = text.length > 8192 ? text.slice(0, 4096) + text.slice(-4096) : text;
  for (const match of ends.matchAll(MARKUP_TEXT)) {
    if (findings.full) return;
    findings.read(match[1] ?? match[2] ?? match[3] ?? '', 'value', name);
  }
}

function expand(entry: Entry, value: object, queue: Entry[], findings: Findings): void {
  if (entry.depth >= DEFAULT_LIMITS.depthMax || ArrayBuffer.isView(value)) return;
  const isArray = Array.isArray(value);
  for (const key of Object.keys(value)) {
    if (queue.length >= DEFAULT_LIMITS.entriesMax) return;
    const property = Object.getOwnPropertyDescriptor(value, key);
    if (property === undefined || !('value' in property)) continue;
    const name = isArray ? entry.name : key;
    if (!isArray) findings.read(key, 'name', key);
    queue.push({ value: property.value, name, depth: entry.depth + 1 });
  }
}
