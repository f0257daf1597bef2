/** What the prefilter looks for, computed from names and detectors. Shared by both of its forms. */
import { VENDOR_TOKENS } from '../detectors/vendor-token.ts';
import { SENSITIVE_NAMES } from '../keys/key-words.ts';

/** Bits of a trigram table. */
export const TRIGRAM_BITS = 4096;

/** A trigram's place in its table. The same in AssemblyScript. */
export function trigramHash(a: number, b: number, c: number): number {
  return (a * 961 + b * 31 + c) & (TRIGRAM_BITS - 1);
}

/** Tables of both prefilters. */
export interface TriggerTables {
  /** Last three letters of every sensitive name. */
  readonly names: Uint8Array;
  /** First three bytes of every token prefix. */
  readonly tokens: Uint8Array;
  /** Three pairs of nibble tables: which buckets a byte may begin, go on, and end. */
  readonly nibbles: Uint8Array;
}

/** Text and the first bytes of JWTs, which no vendor owns. */
const TOKEN_PREFIXES = ['eyJ', ...VENDOR_TOKENS.map(({ prefix }) => prefix.slice(0, 3))];

/** Computes the tables. */
export function triggerTables(): TriggerTables {
  const names = new Uint8Array(TRIGRAM_BITS / 8);
  for (const words of Object.values(SENSITIVE_NAMES)) {
    for (const name of words) setTrigram(names, name.replaceAll(' ', '').slice(-3));
  }
  const tokens = new Uint8Array(TRIGRAM_BITS / 8);
  for (const prefix of TOKEN_PREFIXES) setTrigram(tokens, prefix);
  return { names, tokens, nibbles: nibbleTables() };
}

/** Whether a table has a trigram, or one with the same hash. */
export function hasTrigram(table: Uint8Array, hash: number): boolean {
  return (((table[hash >> 3] ?? 0) >> (hash & 7)) & 1) !== 0;
}

function setTrigram(table: Uint8Array, text: string): void {
  const hash = trigramHash(text.charCodeAt(0), text.charCodeAt(1), text.charCodeAt(2));
  table[hash >> 3] = (table[hash >> 3] ?? 0) | (1 << (hash & 7));
}

/** Every text the buckets stand for, as the bytes that may stand at its first three places. */
function buckets(): readonly (readonly [string, string, string])[] {
  const anything = '';
  const prefixes = [...new Set(TOKEN_PREFIXES)].toSorted();
  const half = Math.ceil(prefixes.length / 2);
  const column = (from: readonly string[], place: number): string =>
    from.map((one) => one.charAt(place)).join('');
  const tokenBuckets = [prefixes.slice(0, half), prefixes.slice(half)].map(
    (group) => [column(group, 0), column(group, 1), column(group, 2)] as const,
  );
  return [
    ['@', anything, anything],
    ['=:>', anything, anything],
    ['%', '34', '0DdAa'],
    ['-', '-', '-'],
    ['bB', 'eEaA', 'aAsS'],
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
