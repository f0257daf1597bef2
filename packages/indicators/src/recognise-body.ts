/** Signs of attacks in a body, parsed or as text: names and text values at any nesting, within bounds. */
import { isMultipart, partsIn } from './body/multipart.ts';
import { textOfBytes } from './decode/bytes.ts';
import { Findings, type FindingsOptions } from './findings.ts';
import type { LocatedIndicator } from './indicator.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { asksTooMuch, GRAPHQL_SIGNS } from './rules/graphql.ts';
import { fileSigns } from './rules/upload.ts';
import { readGraphql } from './read-graphql.ts';
import { readQuery } from './recognise-target.ts';

const MARKUP_TEXT =
  /(?:=\s?"([^"]{1,2048})"|=\s?'([^']{1,2048})'|>([^<>]{2,2048})<|<!\[CDATA\[([^\]]{1,2048})\]\])/g;
const FORM = /^[\w.[\]%+$-]{1,256}=/;
const JSON_TEXT = /^\s{0,64}(?:\{\s{0,64}["}]|\[\s{0,64}["{[\d\]tfn-])/;
const JSON_LENGTH_MAX = 1024 * 1024;
/** JSON in a text in JSON. */
const TEXTS_DEPTH_MAX = 2;

/** What is being read, and how. */
interface Reader {
  readonly findings: Findings;
  readonly limits: Limits;
}

/**
 * Objects, arrays and strings are read; accessors are not invoked, anything else is passed over. A body that
 * no framework parsed is read as what it looks like: JSON, a form, multipart, XML, GraphQL, or plain text.
 * At most 65,536 entries and 64 levels are followed, 2 Mi characters looked through and 128 Ki read, each
 * decoded view counted; of long texts the head, the tail and the marks of payloads between them. What is
 * left out and may be a payload is the sign `extraneous.beyond_limits`.
 */
export function recogniseBody(body: unknown): readonly LocatedIndicator[] {
  return signsInBody(body, {});
}

export function signsInBody(body: unknown, options: FindingsOptions): readonly LocatedIndicator[] {
  const reader = {
    findings: new Findings('body', options),
    limits: options.limits ?? DEFAULT_LIMITS,
  };
  if (typeof body === 'string') readBodyText(body, reader);
  else if (body instanceof Uint8Array) readBodyText(textOfBytes(body), reader);
  else if (isContainer(body)) {
    if (Array.isArray(body)) readBatch(body, reader);
    readContainers(body, 0, reader);
  }
  return reader.findings.list;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);
}

function readBodyText(text: string, reader: Reader): void {
  const { findings, limits } = reader;
  if (isMultipart(text)) return readParts(text, reader);
  if (!JSON_TEXT.test(text) && FORM.test(text) && !/\s/.test(text)) {
    readQuery(text, findings);
    return;
  }
  const parsed = jsonIn(text);
  if (parsed === undefined) return readText(text, '', 0, { findings, limits });
  if (Array.isArray(parsed)) readBatch(parsed, reader);
  readContainers(parsed, 0, reader);
}

/** Undefined for what is no JSON, and for JSON that is too long to be parsed a second time. */
function jsonIn(text: string): object | undefined {
  if (text.length > JSON_LENGTH_MAX || !JSON_TEXT.test(text)) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return isContainer(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function readParts(text: string, reader: Reader): void {
  const { findings, limits } = reader;
  const parts = partsIn(text, limits.partsMax);
  if (parts.length === limits.partsMax) findings.cut();
  for (const part of parts) {
    findings.read(part.name, 'name', part.name);
    if (part.fileName !== '') {
      findings.read(part.fileName, 'value', part.name);
      findings.add(fileSigns(part), part.name);
    }
    readText(part.text, part.name, 0, reader);
  }
}

/** Many operations in one request are how limits of requests are got around. */
function readBatch(body: readonly unknown[], { findings }: Reader): void {
  if (body.length <= asksTooMuch.operations) return;
  const isOperation = (item: unknown): boolean =>
    isContainer(item) && typeof Object.getOwnPropertyDescriptor(item, 'query')?.value === 'string';
  if (body.slice(0, asksTooMuch.operations).every(isOperation)) {
    findings.add([GRAPHQL_SIGNS.batch], 'query');
  }
}

function readContainers(root: object, depthOfText: number, reader: Reader): void {
  const { findings, limits } = reader;
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
      if (typeof value === 'string') readText(value, name, depthOfText, reader);
      else if (isContainer(value) && !containers.has(value)) {
        if (depth + 1 < limits.depthMax) containers.set(value, { name, depth: depth + 1 });
        else findings.cut();
      }
    }
  }
}

interface Spot {
  readonly name: string;
  readonly depth: number;
}

function readText(text: string, name: string, depthOfText: number, reader: Reader): void {
  const { findings } = reader;
  if (text.length < 2) return;
  const first = text.charCodeAt(0);
  const nested =
    depthOfText < TEXTS_DEPTH_MAX && (first === 123 || first === 91) && findings.hasRoomFor(text)
      ? jsonIn(text)
      : undefined;
  if (nested !== undefined) readContainers(nested, depthOfText + 1, reader);
  findings.read(text, 'value', name);
  if (!findings.hasRoomFor(text)) return;
  readGraphql(text, name, findings);
  // What an XML document carries is what its application will use: read each text on its own.
  if ((first !== 60 && first > 32) || !/^\s{0,16}</.test(text)) return;
  for (const match of text.matchAll(MARKUP_TEXT)) {
    findings.read(match[1] ?? match[2] ?? match[3] ?? match[4] ?? '', 'value', name);
  }
}
