/** Protobuf by hand, for tests that need bytes no encoder writes. */

/** A varint, padded with continuation bytes to `width`. */
export function varint(value: number, width = 0): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127 || bytes.length + 1 < width; rest >>>= 7) bytes.push((rest & 127) | 128);
  return [...bytes, rest];
}

/** A length-delimited field; texts become their UTF-8 bytes. */
export function field(number: number, ...parts: readonly (number | string | number[])[]): number[] {
  const content: number[] = [];
  for (const part of parts) {
    if (typeof part === 'string') content.push(...Buffer.from(part));
    else content.push(...(typeof part === 'number' ? [part] : part));
  }
  return [...varint(number * 8 + 2), ...varint(content.length), ...content];
}

/** An attribute in field 1, with a value given as the payload of its AnyValue. */
export function keyValue(key: string, value: number[]): number[] {
  return field(1, field(1, key), field(2, value));
}

/** A traces request of one span with these fields. */
export function spanOf(...fields: readonly number[][]): Uint8Array {
  return Uint8Array.from(field(1, field(2, field(2, ...fields))));
}

/** A logs request of one record with these fields. */
export function logRecordOf(...fields: readonly number[][]): Uint8Array {
  return Uint8Array.from(field(1, field(2, field(2, ...fields))));
}

/** A metrics request of one metric with these fields. */
export function metricOf(...fields: readonly number[][]): Uint8Array {
  return Uint8Array.from(field(1, field(2, field(2, ...fields))));
}

/** A traces request whose resource has these attributes in field 1. */
export function resourceOf(...attributes: readonly number[][]): Uint8Array {
  return Uint8Array.from(field(1, field(1, ...attributes)));
}
