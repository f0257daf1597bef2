/** What the prefilter looks for, computed from names and detectors. Shared by both of its forms. */
import { VENDOR_TOKENS } from '../detectors/vendor-token.ts';
import { sensitiveEndings } from '../keys/key-words.ts';

/** Bits of a trigram table. */
export const TRIGRAM_BITS = 4096;

/** Two places of a trigram in its table, the second in the high half. The same in AssemblyScript. */
export function trigramHash(a: number, b: number, c: number): number {
  const product = Math.imul(a | (b << 8) | (c << 16), 0x9e37_79b1);
  return ((product >>> 20) & (TRIGRAM_BITS - 1)) | (((product >>> 8) & (TRIGRAM_BITS - 1)) << 16);
}

/** Tables of both prefilters. */
export interface TriggerTables {
  /** Last three letters of every sensitive name. */
  readonly names: Uint8Array;
  /** First three bytes of every token prefix. */
  readonly tokens: Uint8Array;
  /** Three pairs of nibble tables: which buckets a byte may begin, go on, and end. */
  readonly nibbles: Uint8Array;
  /** A pair of nibble tables that share a bit for digits and the bytes between groups of a card number. */
  readonly separators: Uint8Array;
}

/** Text and the first bytes of JWTs, which no vendor owns. */
const TOKEN_PREFIXES = ['eyJ', ...VENDOR_TOKENS.map(({ prefix }) => prefix.slice(0, 3))];

/** Computes the tables. */
export function triggerTables(): TriggerTables {
  const names = new Uint8Array(TRIGRAM_BITS / 8);
  for (const name of sensitiveEndings()) {
    // Numbers behind a name count for nothing: `password2`, `cvv2`.
    setTrigram(names, name.replaceAll(/[ _]|\d+$/g, '').slice(-3));
  }
  const tokens = new Uint8Array(TRIGRAM_BITS / 8);
  for (const prefix of TOKEN_PREFIXES) setTrigram(tokens, prefix);
  return { names, tokens, nibbles: nibbleTables(), separators: separatorTables() };
}

/** Whether a table has a trigram, or others with the same two places. */
export function hasTrigram(table: Uint8Array, hash: number): boolean {
  return hasBit(table, hash & 0xffff) && hasBit(table, hash >>> 16);
}

function hasBit(table: Uint8Array, bit: number): boolean {
  return (((table[bit >> 3] ?? 0) >> (bit & 7)) & 1) !== 0;
}

function setTrigram(table: Uint8Array, text: string): void {
  const hash = trigramHash(text.charCodeAt(0), text.charCodeAt(1), text.charCodeAt(2));
  for (const bit of [hash & 0xffff, hash >>> 16]) {
    table[bit >> 3] = (table[bit >> 3] ?? 0) | (1 << (bit & 7));
  }
}

const DIGITS = '0123456789';
const CAPITALS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
/**
 * Digits, and the bytes between groups of them, by a bit for each row of high nibbles: tab, space % + - . /,
 * underscore, and the bytes of no-break spaces and dashes in UTF-8 (C2 A0, E2 80 90-95). Digits have the bit
 * before the last: the SIMD form asks for it alone.
 */
const SEPARATORS: readonly (readonly number[])[] = [
  [0x09],
  [0x20, 0x25, 0x2b, 0x2d, 0x2e, 0x2f],
  [0x5f],
  [0xc2, 0xe2],
  [0xa0, 0x80],
  [0x90, 0x91, 0x92, 0x93, 0x94, 0x95],
  [0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39],
];

/**
 * First letters at which a new bucket of token prefixes begins. The fewer letters share a bucket, the fewer
 * words pass for a prefix: cut here 0.4 % of the corpus' places do, cut in the middle 5 %.
 */
const BUCKETS_BEGIN = ['', 'e', 'p'] as const;

/**
 * Every text the buckets stand for, as the bytes that may stand at its first three places; but `@`, and the
 * bracket behind `values`, for which there is no bucket left.
 */
function buckets(): readonly (readonly [string, string, string])[] {
  const anything = '';
  const column = (from: readonly string[], place: number): string =>
    from.map((one) => one.charAt(place)).join('');
  const tokenBuckets = BUCKETS_BEGIN.map((first, index) => {
    const next = BUCKETS_BEGIN[index + 1] ?? '~';
    const group = TOKEN_PREFIXES.filter((prefix) => prefix >= first && prefix < next);
    return [column(group, 0), column(group, 1), column(group, 2)] as const;
  });
  return [
    ['=:>', anything, anything],
    // `%41`, `---`, `--x`, `-12-` of social security numbers.
    ['%-', `-${DIGITS}`, anything],
    // Behind a name in quotes, before one of a program's options, and before a quote behind a name.
    ['"\' (', ',"\'\\-', anything],
    // Of account numbers; and `\\u0`, whose bytes let few other words pass here.
    [`${CAPITALS}\\`, `${CAPITALS}u`, DIGITS],
    // `Bea`, `asi`.
    ['bBaA', 'eEsS', 'aAiI'],
    ...tokenBuckets,
  ];
}

/**
 * A byte passes where the tables of its two nibbles share a bucket: all bytes that belong do, and a few
 * others, which the exact test then turns away ("Teddy", from Hyperscan).
 */
function nibbleTables(): Uint8Array {
  const tables = new Uint8Array(3 * 32);
  for (const [bucket, places] of buckets().entries()) {
    for (const [place, characters] of places.entries()) {
      const codes =
        characters === ''
          ? Array.from({ length: 256 }, (_, code) => code)
          : Array.from(characters, (character) => character.charCodeAt(0));
      for (const code of codes) {
        const low = place * 32 + (code & 15);
        const high = place * 32 + 16 + (code >> 4);
        tables[low] = (tables[low] ?? 0) | (1 << bucket);
        tables[high] = (tables[high] ?? 0) | (1 << bucket);
      }
    }
  }
  return tables;
}

function separatorTables(): Uint8Array {
  const tables = new Uint8Array(32);
  for (const [bit, bytes] of SEPARATORS.entries()) {
    for (const byte of bytes) {
      tables[byte & 15] = (tables[byte & 15] ?? 0) | (1 << bit);
      tables[16 + (byte >> 4)] = (tables[16 + (byte >> 4)] ?? 0) | (1 << bit);
    }
  }
  return tables;
}
