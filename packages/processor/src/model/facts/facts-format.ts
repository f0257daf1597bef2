/**
 * How a batch of facts lies in the journal: a head of 20 bytes, the texts, then blocks. Little-endian.
 *
 * | at | bytes | what |
 * | --- | --- | --- |
 * | 0 | 1 | version |
 * | 1 | 3 | zero |
 * | 4 | 4 | rows |
 * | 8 | 4 | texts |
 * | 12 | 4 | bytes of the descriptions of texts, which come next |
 * | 16 | 4 | bytes of the texts, which come behind them |
 *
 * A text is described by a varint, its length times 4 plus its kind; of a list it is the number of parts,
 * whose varints follow. A block is the number of a field (or one of {@link BLOCK}), an {@link ENCODING},
 * and as many bytes as that takes: a field that this version does not know is passed over. What no row
 * has makes no block.
 */

/** Version written and read. */
export const FACTS_VERSION = 1;

/** Bytes before the descriptions of texts. */
export const FACTS_HEAD_BYTES = 20;

/** Rows of one section at most. */
export const FACT_ROWS_MAX = 262_144;

/** Blocks that are no field; the numbers of fields end before them. */
export const BLOCK = { origins: 192, identities: 193 } as const;

/** How the values of a block lie. */
export const ENCODING = {
  /** One number of 4 bytes for all rows. */
  sameUint32: 0,
  /** One double for all rows. */
  sameDouble: 1,
  uint8: 2,
  uint16: 3,
  uint32: 4,
  /** A double, then for each row how much more than it, plus one; 0 = absent. */
  above8: 5,
  above16: 6,
  above32: 7,
  float: 8,
  double: 9,
  /** Two bits a row. */
  flags: 10,
  /** 24 bytes a row. */
  origins: 11,
  /** 16 bytes a row. */
  identities: 12,
} as const;

const SAME_BYTES: readonly number[] = [4, 8, 0, 0, 0, 8, 8, 8, 0, 0, 0, 0, 0];
const ROW_BYTES: readonly number[] = [0, 0, 1, 2, 4, 1, 2, 4, 4, 8, 0.25, 24, 16];

/** Bytes of a block's values; undefined for an encoding nobody knows. */
export function blockBytes(encoding: number, rows: number): number | undefined {
  const [same, each] = [SAME_BYTES[encoding], ROW_BYTES[encoding]];
  return same === undefined || each === undefined ? undefined : same + Math.ceil(rows * each);
}

/** Bytes of a number that is written above a base. */
export function widthOf(encoding: number): number {
  return ROW_BYTES[encoding] ?? 0;
}
