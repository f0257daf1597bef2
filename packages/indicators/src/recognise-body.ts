/** Signs of attacks in a parsed body: names and text values at any nesting, within bounds. */
import { Findings, type FindingsOptions } from './findings.ts';
import type { LocatedIndicator } from './indicator.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';

interface Spot {
  readonly name: string;
  readonly depth: number;
}

const MARKUP_TEXT = /(?:=\s?"([^"]{1,2048})"|=\s?'([^']{1,2048})'|>([^<>]{2,2048})<)/g;

/**
 * Objects, arrays and strings are read; accessors are not invoked, anything else is passed over.
 * At most 65,536 entries and 64 levels are followed, 2 Mi characters looked through and 128 Ki read, each
 * decoded view counted; of long texts the head, the tail and the marks of payloads between them. What is
 * left out and may be a payload is the sign `extraneous.beyond_limits`.
 */
export function recogniseBody(parsed: unknown): readonly LocatedIndicator[] {
  return signsInBody(parsed, {});
}

export function signsInBody(
  parsed: unknown,
  options: FindingsOptions,
): readonly LocatedIndicator[] {
  const findings = new Findings('body', options);
  if (typeof parsed === 'string') readText(parsed, '', findings);
  else if (isContainer(parsed)) readContainers(parsed, findings, options.limits ?? DEFAULT_LIMITS);
  return findings.list;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);
}

function readContainers(root: object, findings: Findings, limits: Limits): void {
  // Breadth first: foreign nesting never becomes our call depth. A map goes on with what is added while
  // it is walked, and holds an object once, however often it occurs in itself.
  const containers = new Map<object, Spot>([[root, { name: '', depth: 0 }]]);
  let entries = 0;
  for (const [container, { name: ownName, depth }] of containers) {
    const isArray = Array.isArray(container);
    for (const key of Object.keys(container)) {
      if (entries >= limits.entriesMax) {
        findings.cut();
        return;
      }
      entries += 1;
      const property = Object.getOwnPropertyDescriptor(container, key);
      if (property === undefined || !('value' in property)) continue;
      const name = isArray ? ownName : key;
      if (!isArray) findings.read(key, 'name', key);
      const value: unknown = property.value;
      if (typeof value === 'string') readText(value, name, findings);
      else if (isContainer(value) && !containers.has(value)) {
        if (depth + 1 < limits.depthMax) containers.set(value, { name, depth: depth + 1 });
        else findings.cut();
      }
    }
  }
}

function readText(text: string, name: string, findings: Findings): void {
  findings.read(text, 'value', name);
  if (!text.startsWith('<') || !findings.hasRoomFor(text)) return;
  // What an XML document carries is what its application will use: read each text on its own.
  for (const match of text.matchAll(MARKUP_TEXT)) {
    findings.read(match[1] ?? match[2] ?? match[3] ?? '', 'value', name);
  }
}
