/**
 * Reads facts back from the bytes of a journal: checked, so that a damaged section is refused and never
 * read wrong.
 */
import { type FactBatch, IDENTITY_BYTES, ORIGIN_BYTES } from './fact-batch.ts';
import { FLAG_COLUMNS, NUMBER_COLUMNS, TEXT_COLUMNS } from './fact-slots.ts';
import { FINGERPRINT_BYTES, type FactTexts, TEXT_KIND } from './fact-texts.ts';
import {
  BLOCK,
  blockBytes,
  ENCODING,
  FACT_ROWS_MAX,
  FACTS_HEAD_BYTES,
  FACTS_VERSION,
  widthOf,
} from './facts-format.ts';

/** Why facts are refused: of another version, more than the limit, or not as they were written. */
export type FactsRefusal = 'version' | 'limit' | 'damaged';

/** How reading ended. Where it did not go well the batch is empty. */
export type DecodedFacts =
  { readonly ok: true } | { readonly ok: false; readonly refusal: FactsRefusal };

const OK: DecodedFacts = { ok: true };
const BLOCK_HEAD_BYTES = 2;
const TEXT_COLUMN_OF = byNumber(TEXT_COLUMNS);
const NUMBER_COLUMN_OF = byNumber(NUMBER_COLUMNS);
const FLAG_COLUMN_OF = byNumber(FLAG_COLUMNS);
const FLAG_MOST = 2;

/**
 * Reads what `encodeFacts` wrote into a batch, in place of what is there. No bytes are no rows. Never
 * throws.
 */
export function decodeFacts(bytes: Uint8Array, into: FactBatch): DecodedFacts {
  into.clear();
  if (bytes.length === 0) return OK;
  const refusal = read(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), into);
  if (refusal === undefined) return OK;
  into.clear();
  return { ok: false, refusal };
}

function read(bytes: Buffer, into: FactBatch): FactsRefusal | undefined {
  if (bytes.length < FACTS_HEAD_BYTES) return 'damaged';
  if (bytes.readUInt32LE(0) !== FACTS_VERSION) return 'version';
  const rows = bytes.readUInt32LE(4);
  if (rows > FACT_ROWS_MAX) return 'limit';
  const texts = bytes.readUInt32LE(8);
  const textsAt = FACTS_HEAD_BYTES + bytes.readUInt32LE(12);
  const blocksAt = textsAt + bytes.readUInt32LE(16);
  if (rows === 0 || blocksAt > bytes.length || texts > textsAt) return 'damaged';
  into.reset(rows);
  const described = bytes.subarray(FACTS_HEAD_BYTES, textsAt);
  if (
    !readTexts(into.texts, described, { count: texts, bytes: bytes.subarray(textsAt, blocksAt) })
  ) {
    return 'damaged';
  }
  const isRead = readBlocks(bytes.subarray(blocksAt), into) && isComplete(into);
  return isRead ? undefined : 'damaged';
}

/** The texts, all described and each byte of one. */
function readTexts(
  to: FactTexts,
  described: Buffer,
  { count, bytes }: { readonly count: number; readonly bytes: Buffer },
): boolean {
  to.reserve(count, bytes.length);
  bytes.copy(to.bytes);
  const numbers = new Varints(described);
  let at = 0;
  for (let id = 1; id <= count; id++) {
    const head = numbers.next();
    const [kind, length] = [head & 3, head >>> 2];
    if (head < 0) return false;
    if (kind === TEXT_KIND.list) {
      const parts = readParts(numbers, length, to);
      if (parts === undefined) return false;
      to.placeList(parts);
    } else if (kind === TEXT_KIND.plain || kind === TEXT_KIND.entity) {
      const start = kind === TEXT_KIND.entity ? at + FINGERPRINT_BYTES : at;
      at = start + length;
      if (at > bytes.length) return false;
      to.place(kind, start, at);
    } else return false;
  }
  return at === bytes.length && numbers.isAtEnd;
}

/** Parts are texts that came before, and no lists. */
function readParts(numbers: Varints, count: number, texts: FactTexts): number[] | undefined {
  const parts: number[] = [];
  for (let index = 0; index < count; index++) {
    const part = numbers.next();
    const isText = part > 0 && part <= texts.count && texts.kind[part] !== TEXT_KIND.list;
    if (!isText) return undefined;
    parts.push(part);
  }
  return parts;
}

class Varints {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** The next number below 2^31; -1 where there is none. */
  next(): number {
    let value = 0;
    for (let shift = 0; shift < 32; shift += 7) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) return -1;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value <= 0x7fff_ffff ? value : -1;
    }
    return -1;
  }
}

/** Every block once at most; one of a field that this version does not know is passed over. */
function readBlocks(bytes: Buffer, into: FactBatch): boolean {
  const seen = new Set<number>();
  let at = 0;
  while (at < bytes.length) {
    const [number = 0, encoding = 0] = bytes.subarray(at, at + BLOCK_HEAD_BYTES);
    const length = blockBytes(encoding, into.count);
    const start = at + BLOCK_HEAD_BYTES;
    if (length === undefined || start + length > bytes.length || seen.has(number)) return false;
    seen.add(number);
    at = start + length;
    if (!readBlock(bytes.subarray(start, at), { number, encoding, into })) return false;
  }
  return true;
}

interface Block {
  readonly number: number;
  readonly encoding: number;
  readonly into: FactBatch;
}

function readBlock(bytes: Buffer, block: Block): boolean {
  const { number, encoding, into } = block;
  if (number === BLOCK.origins || number === BLOCK.identities) {
    const isIdentity = number === BLOCK.identities;
    const width = isIdentity ? IDENTITY_BYTES : ORIGIN_BYTES;
    if (widthOf(encoding) !== width) return false;
    bytes.copy(isIdentity ? into.identities : into.origins);
    if (isIdentity) into.hasIdentities = true;
    return true;
  }
  const textColumn = TEXT_COLUMN_OF.get(number);
  if (textColumn !== undefined) return readTextColumn(bytes, textColumn, block);
  const numberColumn = NUMBER_COLUMN_OF.get(number);
  if (numberColumn !== undefined) return readNumberColumn(bytes, numberColumn, block);
  const flagColumn = FLAG_COLUMN_OF.get(number);
  return flagColumn === undefined || readFlagColumn(bytes, flagColumn, block);
}

function readTextColumn(bytes: Buffer, column: number, { encoding, into }: Block): boolean {
  const width = widthOf(encoding);
  const isSame = encoding === ENCODING.sameUint32;
  if (!isSame && (encoding < ENCODING.uint8 || encoding > ENCODING.uint32)) return false;
  const same = isSame ? bytes.readUInt32LE(0) : 0;
  for (let row = 0; row < into.count; row++) {
    const id = isSame ? same : narrowAt(bytes, row * width, width);
    if (id > into.texts.count) return false;
    into.setText(column, row, id);
  }
  return true;
}

function readNumberColumn(bytes: Buffer, column: number, { encoding, into }: Block): boolean {
  const width = widthOf(encoding);
  const isAbove = encoding >= ENCODING.above8 && encoding <= ENCODING.above32;
  const base = isAbove || encoding === ENCODING.sameDouble ? bytes.readDoubleLE(0) : 0;
  for (let row = 0; row < into.count; row++) {
    let value = base;
    if (isAbove) {
      const above = narrowAt(bytes, 8 + row * width, width);
      value = above === 0 ? Number.NaN : base + above - 1;
    } else if (encoding === ENCODING.float) value = bytes.readFloatLE(row * 4);
    else if (encoding === ENCODING.double) value = bytes.readDoubleLE(row * 8);
    else if (encoding !== ENCODING.sameDouble) return false;
    into.setNumber(column, row, value);
  }
  return true;
}

function readFlagColumn(bytes: Buffer, column: number, { encoding, into }: Block): boolean {
  if (encoding !== ENCODING.flags) return false;
  for (let row = 0; row < into.count; row++) {
    const flag = ((bytes[row >>> 2] ?? 0) >>> ((row & 3) * 2)) & 3;
    if (flag > FLAG_MOST) return false;
    into.setFlag(column, row, flag);
  }
  return true;
}

function narrowAt(bytes: Buffer, at: number, width: number): number {
  const first = bytes[at] ?? 0;
  if (width === 1) return first;
  const low = first + (bytes[at + 1] ?? 0) * 0x100;
  if (width === 2) return low;
  return low + (bytes[at + 2] ?? 0) * 0x1_0000 + (bytes[at + 3] ?? 0) * 0x100_0000;
}

/** Every row has a time and stands for at least one. */
function isComplete({ count, timeMs, weight }: FactBatch): boolean {
  for (let row = 0; row < count; row++) {
    if (!Number.isFinite(timeMs[row]) || !((weight[row] ?? 0) >= 1)) return false;
  }
  return true;
}

function byNumber(columns: readonly { readonly number: number }[]): ReadonlyMap<number, number> {
  return new Map(columns.map(({ number }, column) => [number, column]));
}
