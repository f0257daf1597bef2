/** Sizes and writing of protobuf varints below 2^53. */

/** Bytes a varint takes in its shortest form. `value` is a whole number from 0 to 2^53-1. */
export function varintWidth(value: number): number {
  let width = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) width++;
  return width;
}

/** Writes the shortest form at `at` and returns the offset after it. The caller made room. */
export function writeVarint(bytes: Uint8Array, at: number, value: number): number {
  let position = at;
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes[position++] = (rest % 0x80) | 0x80;
  bytes[position++] = rest;
  return position;
}
