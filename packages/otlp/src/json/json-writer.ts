/** Writes JSON text as bytes: what an OTLP field's value looks like in OTLP/JSON. */

import { base64Length, encodeBase64 } from './base64.ts';
import { type FieldSchema } from './compiled-schema.ts';
import type { GrowingBytes } from './growing-bytes.ts';
import { KIND } from './schema.ts';
import { utf8SequenceLength } from '../wire/utf8.ts';
import { type WireInteger, writeSigned, writeUnsigned } from './wire-integer.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const HEX = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));

/** Writes ASCII text. The caller has reserved room. */
export function writeAscii(out: GrowingBytes, text: string): void {
  for (let index = 0; index < text.length; index++) out.byte(text.charCodeAt(index));
}

/**
 * Writes `bytes` from `from` to `to` as a JSON string. Returns -1, or where they stop being UTF-8.
 * Text that JSON does not oblige to escape is copied.
 */
export function writeString(
  out: GrowingBytes,
  bytes: Uint8Array,
  range: { readonly from: number; readonly to: number },
): number {
  const { from, to } = range;
  if (!out.reserve(to - from, from)) return -1;
  out.byte(QUOTE);
  let target = out.bytes;
  let end = out.at;
  let at = from;
  while (at < to) {
    const byte = bytes[at] ?? 0;
    if (byte >= 0x20 && byte < 0x80 && byte !== QUOTE && byte !== BACKSLASH) {
      target[end++] = byte;
      at++;
    } else if (byte >= 0x80) {
      const length = utf8SequenceLength(bytes, at, to);
      if (length === 0) return at;
      for (let index = 0; index < length; index++) target[end++] = bytes[at++] ?? 0;
    } else {
      out.at = end;
      writeEscape(out, byte);
      at++;
      // Escapes are longer than what they stand for: see that the rest still fits.
      if (!out.reserve(to - at, at)) return -1;
      target = out.bytes;
      end = out.at;
    }
  }
  out.at = end;
  out.byte(QUOTE);
  return -1;
}

function writeEscape(out: GrowingBytes, byte: number): void {
  out.byte(BACKSLASH);
  const letter = escapeLetter(byte);
  if (letter !== 0) {
    out.byte(letter);
    return;
  }
  writeAscii(out, 'u00');
  out.byte(HEX[byte >> 4] ?? 0);
  out.byte(HEX[byte & 15] ?? 0);
}

function escapeLetter(byte: number): number {
  switch (byte) {
    case QUOTE:
    case BACKSLASH:
      return byte;
    case 0x08:
      return 0x62;
    case 0x09:
      return 0x74;
    case 0x0a:
      return 0x6e;
    case 0x0c:
      return 0x66;
    case 0x0d:
      return 0x72;
    default:
      return 0;
  }
}

/** Writes bytes as base64 in quotes. */
export function writeBase64(out: GrowingBytes, bytes: Uint8Array, inputOffset: number): void {
  if (!out.reserve(base64Length(bytes.length), inputOffset)) return;
  out.byte(QUOTE);
  out.at = encodeBase64(bytes, out.bytes, out.at);
  out.byte(QUOTE);
}

/** Writes bytes as lower-case hexadecimal in quotes. */
export function writeHex(out: GrowingBytes, bytes: Uint8Array, inputOffset: number): void {
  if (!out.reserve(bytes.length * 2, inputOffset)) return;
  out.byte(QUOTE);
  for (const byte of bytes) {
    out.byte(HEX[byte >> 4] ?? 0);
    out.byte(HEX[byte & 15] ?? 0);
  }
  out.byte(QUOTE);
}

/** Writes a double: the shortest digits that read back the same, or its name in quotes. */
export function writeDouble(out: GrowingBytes, value: number): void {
  if (!Number.isFinite(value)) writeAscii(out, `"${value}"`);
  else writeAscii(out, Object.is(value, -0) ? '-0' : String(value));
}

/** Writes an integer as its field's type has it: 64-bit ones in quotes. */
export function writeInteger(out: GrowingBytes, field: FieldSchema, value: WireInteger): void {
  switch (field.kind) {
    case KIND.bool:
      writeAscii(out, value.low === 0 && value.high === 0 ? 'false' : 'true');
      return;
    case KIND.enum:
      writeAscii(out, String(value.low | 0));
      return;
    case KIND.sint32:
      writeAscii(out, String((value.low >>> 1) ^ -(value.low & 1)));
      return;
    case KIND.uint32:
    case KIND.fixed32:
      writeAscii(out, String(value.low));
      return;
    case KIND.int64:
    case KIND.sfixed64:
      out.byte(QUOTE);
      out.at = writeSigned(out.bytes, out.at, value);
      out.byte(QUOTE);
      return;
    default:
      out.byte(QUOTE);
      out.at = writeUnsigned(out.bytes, out.at, value);
      out.byte(QUOTE);
  }
}
