/** Writes a batch of facts as bytes, for the journal. See `facts-format.ts`. */
import type { FactBatch } from './fact-batch.ts';
import { IDENTITY_BYTES, ORIGIN_BYTES } from './fact-batch.ts';
import { FLAG_COLUMNS, NUMBER_COLUMNS, TEXT_COLUMNS } from './fact-slots.ts';
import { type FactTexts, TEXT_KIND } from './fact-texts.ts';
import {
  BLOCK,
  blockBytes,
  ENCODING,
  FACTS_HEAD_BYTES,
  FACTS_VERSION,
  widthOf,
} from './facts-format.ts';

declare const encoded: unique symbol;

/** Facts that may be stored: only {@link encodeFacts} makes them, of what has passed the policy. */
export type EncodedFacts = Uint8Array & { readonly [encoded]: true };

/** Facts of a batch in which nothing was seen. */
export const NO_FACTS: EncodedFacts = new Uint8Array(0) as EncodedFacts;

/** A block that is to be written: {@link ENCODING}, and what it starts from. */
interface Plan {
  readonly number: number;
  readonly encoding: number;
  readonly base: number;
  readonly values: Uint32Array | Float64Array | Uint8Array;
}

const BLOCK_HEAD_BYTES = 2;
const VARINT_BYTES_MAX = 5;
const UINT32_MAX = 0xffff_ffff;

/** The rows and texts of a batch; no bytes for one without rows. The batch stays as it is. */
export function encodeFacts(batch: FactBatch): EncodedFacts {
  const rows = batch.count;
  if (rows === 0) return NO_FACTS;
  const plans = plansOf(batch);
  const descriptions = describeTexts(batch.texts);
  const { length: textBytes } = batch.texts;
  let bytes = FACTS_HEAD_BYTES + descriptions.length + textBytes;
  for (const { encoding } of plans) {
    bytes += BLOCK_HEAD_BYTES + (blockBytes(encoding, rows) ?? 0);
  }
  const out = Buffer.allocUnsafeSlow(bytes);
  out.writeUInt32LE(FACTS_VERSION, 0);
  out.writeUInt32LE(rows, 4);
  out.writeUInt32LE(batch.texts.count, 8);
  out.writeUInt32LE(descriptions.length, 12);
  out.writeUInt32LE(textBytes, 16);
  out.set(descriptions, FACTS_HEAD_BYTES);
  let at = FACTS_HEAD_BYTES + descriptions.length;
  out.set(batch.texts.bytes.subarray(0, textBytes), at);
  at += textBytes;
  for (const plan of plans) {
    out[at] = plan.number;
    out[at + 1] = plan.encoding;
    writeBlock(out, at + BLOCK_HEAD_BYTES, { ...plan, rows });
    at += BLOCK_HEAD_BYTES + (blockBytes(plan.encoding, rows) ?? 0);
  }
  return out as Uint8Array as EncodedFacts;
}

function plansOf(batch: FactBatch): Plan[] {
  const { count: rows, origins, identities } = batch;
  const plans: (Plan | undefined)[] = [];
  for (const [column, { number }] of TEXT_COLUMNS.entries()) {
    const values = batch.textColumns[column];
    if (values === undefined || batch.isTextColumnEmpty(column)) continue;
    plans.push(planTexts(number, values, rows));
  }
  for (const [column, { number }] of NUMBER_COLUMNS.entries()) {
    const values = batch.numberColumns[column];
    if (values === undefined || batch.isNumberColumnEmpty(column)) continue;
    plans.push(planNumbers(number, values, rows));
  }
  for (const [column, { number }] of FLAG_COLUMNS.entries()) {
    const values = batch.flagColumns[column];
    if (values === undefined || batch.isFlagColumnEmpty(column)) continue;
    if (isAnySet(values, rows)) plans.push({ number, encoding: ENCODING.flags, base: 0, values });
  }
  if (isAnySet(origins, rows * ORIGIN_BYTES)) {
    const block = { number: BLOCK.origins, encoding: ENCODING.origins };
    plans.push({ ...block, base: 0, values: origins });
  }
  if (batch.hasIdentities && isAnySet(identities, rows * IDENTITY_BYTES)) {
    const block = { number: BLOCK.identities, encoding: ENCODING.identities };
    plans.push({ ...block, base: 0, values: identities });
  }
  return plans.filter((plan) => plan !== undefined);
}

function planTexts(number: number, values: Uint32Array, rows: number): Plan | undefined {
  const first = values[0] ?? 0;
  let most = 0;
  let isSame = true;
  for (let row = 0; row < rows; row++) {
    const value = values[row] ?? 0;
    if (value > most) most = value;
    if (value !== first) isSame = false;
  }
  if (most === 0) return undefined;
  if (isSame) return { number, encoding: ENCODING.sameUint32, base: first, values };
  const narrow = most <= 0xff ? ENCODING.uint8 : ENCODING.uint16;
  return { number, encoding: most <= 0xffff ? narrow : ENCODING.uint32, base: 0, values };
}

/** The narrowest form that gives back the very numbers. */
function planNumbers(number: number, values: Float64Array, rows: number): Plan | undefined {
  const first = values[0] ?? Number.NaN;
  let least = Infinity;
  let most = -Infinity;
  let isSame = true;
  let isWhole = true;
  let isFloat = true;
  for (let row = 0; row < rows; row++) {
    const value = values[row] ?? Number.NaN;
    if (value !== first) isSame = false;
    if (Number.isNaN(value)) continue;
    if (value < least) least = value;
    if (value > most) most = value;
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) isWhole = false;
    if (Math.fround(value) !== value) isFloat = false;
  }
  if (most === -Infinity && least === Infinity) return undefined;
  if (isSame) return { number, encoding: ENCODING.sameDouble, base: first, values };
  // One is added to what is above the base, since 0 stands for absent.
  const range = most - least;
  if (!isWhole || range >= UINT32_MAX) {
    return { number, encoding: isFloat ? ENCODING.float : ENCODING.double, base: 0, values };
  }
  const narrow = range < 0xff ? ENCODING.above8 : ENCODING.above16;
  return { number, encoding: range < 0xffff ? narrow : ENCODING.above32, base: least, values };
}

function isAnySet(values: Uint8Array, length: number): boolean {
  for (let at = 0; at < length; at++) if (values[at] !== 0) return true;
  return false;
}

function writeBlock(out: Buffer, start: number, plan: Plan & { readonly rows: number }): void {
  const { encoding, base, values, rows } = plan;
  let at = start;
  switch (encoding) {
    case ENCODING.sameUint32:
      out.writeUInt32LE(base, at);
      return;
    case ENCODING.sameDouble:
      out.writeDoubleLE(base, at);
      return;
    case ENCODING.uint8:
    case ENCODING.uint16:
    case ENCODING.uint32:
      for (let row = 0; row < rows; row++) {
        at = writeNarrow(out, at, values[row] ?? 0, widthOf(encoding));
      }
      return;
    case ENCODING.above8:
    case ENCODING.above16:
    case ENCODING.above32:
      writeAbove(out, at, plan);
      return;
    case ENCODING.float:
      for (let row = 0; row < rows; row++) at = out.writeFloatLE(values[row] ?? 0, at);
      return;
    case ENCODING.double:
      for (let row = 0; row < rows; row++) at = out.writeDoubleLE(values[row] ?? 0, at);
      return;
    case ENCODING.flags:
      writeFlags(out, at, plan);
      return;
    default: {
      const bytes = values as Uint8Array;
      out.set(bytes.subarray(0, rows * widthOf(encoding)), at);
    }
  }
}

function writeAbove(out: Buffer, start: number, plan: Plan & { readonly rows: number }): void {
  const { encoding, base, values, rows } = plan;
  const width = widthOf(encoding);
  let at = out.writeDoubleLE(base, start);
  for (let row = 0; row < rows; row++) {
    const value = values[row] ?? Number.NaN;
    const above = Number.isNaN(value) ? 0 : value - base + 1;
    at = writeNarrow(out, at, above, width);
  }
}

/** Byte by byte, since the bytes of a block stand at any offset. Gives the offset behind. */
function writeNarrow(out: Buffer, start: number, value: number, width: number): number {
  let at = start;
  out[at++] = value & 0xff;
  if (width > 1) out[at++] = (value >>> 8) & 0xff;
  if (width > 2) {
    out[at++] = (value >>> 16) & 0xff;
    out[at++] = (value >>> 24) & 0xff;
  }
  return at;
}

function writeFlags(
  out: Buffer,
  start: number,
  { values, rows }: Plan & { readonly rows: number },
): void {
  out.fill(0, start, start + Math.ceil(rows / 4));
  for (let row = 0; row < rows; row++) {
    const at = start + (row >>> 2);
    out[at] = (out[at] ?? 0) | ((values[row] ?? 0) << ((row & 3) * 2));
  }
}

/** Descriptions of all texts. */
function describeTexts(texts: FactTexts): Buffer {
  let scratch = Buffer.allocUnsafe((texts.count + 1) * 2 + VARINT_BYTES_MAX);
  let at = 0;
  for (let id = 1; id <= texts.count; id++) {
    const kind = texts.kind[id] ?? TEXT_KIND.plain;
    const parts = kind === TEXT_KIND.list ? (texts.partsOf(id) ?? []) : [];
    const room = at + (parts.length + 1) * VARINT_BYTES_MAX;
    if (room > scratch.length) scratch = Buffer.concat([scratch], Math.max(room, at * 2));
    const length =
      kind === TEXT_KIND.list ? parts.length : (texts.end[id] ?? 0) - (texts.start[id] ?? 0);
    at = writeVarint(scratch, at, length * 4 + kind);
    for (const part of parts) at = writeVarint(scratch, at, part);
  }
  return scratch.subarray(0, at);
}

function writeVarint(out: Buffer, start: number, value: number): number {
  let at = start;
  let rest = value;
  while (rest > 0x7f) {
    out[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  out[at++] = rest;
  return at;
}
