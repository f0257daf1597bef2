/** A cursor over JSON bytes: tokens, strings, names. RFC 8259 to the letter, no objects. */

import { fieldNamed, type FieldSchema, type MessageSchema, nameHash } from './compiled-schema.ts';
import { DecimalReader } from './decimal.ts';
import type { GrowingBytes } from './growing-bytes.ts';
import type { FirstFailure } from './outcome.ts';
import { utf8SequenceLength } from '../wire/utf8.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LITERALS = { true: 'true', false: 'false', null: 'null' } as const;
const REPLACEMENT_CHARACTER = 0xff_fd;

/**
 * After the first failure the cursor stands at the end and every method gives a harmless answer, so
 * callers need to look at `failure` once per step only.
 */
export class JsonReader {
  readonly bytes: Uint8Array;
  readonly failure: FirstFailure;
  at = 0;
  end: number;
  /** The name read last: for `fieldNamed`. */
  nameBytes: Uint8Array;
  nameFrom = 0;
  nameTo = 0;
  readonly decimal: DecimalReader = new DecimalReader();

  constructor(bytes: Uint8Array, failure: FirstFailure) {
    this.bytes = bytes;
    this.end = bytes.length;
    this.nameBytes = bytes;
    this.failure = failure;
  }

  /** Refuses the input at `offset` (default: here). The first refusal counts. */
  fail(expected: string, offset: number = this.at): void {
    const truncated = offset >= this.end;
    this.failure.set(truncated ? 'json_truncated' : 'json_syntax', offset, expected);
    this.at = this.end;
  }

  /** Skips white space; the byte that follows, or -1 at the end. It is not consumed. */
  peek(): number {
    const { bytes, end } = this;
    let { at } = this;
    while (at < end) {
      const byte = bytes[at] ?? 0;
      if (byte > 0x20 || (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09)) {
        this.at = at;
        return byte;
      }
      at++;
    }
    this.at = at;
    return -1;
  }

  /** Consumes the byte, which must come next after white space. */
  expect(byte: number): void {
    if (this.peek() === byte) this.at++;
    else this.fail(`"${String.fromCharCode(byte)}"`);
  }

  /** Consumes `true`, `false` or `null`. */
  literal(name: keyof typeof LITERALS): void {
    const literal = LITERALS[name];
    for (let index = 0; index < literal.length; index++) {
      if (
        this.at + index >= this.end ||
        this.bytes[this.at + index] !== literal.charCodeAt(index)
      ) {
        this.fail(name, this.at + index);
        return;
      }
    }
    this.at += literal.length;
  }

  /** Consumes a number literal; `decimal` knows it afterwards. */
  number(): void {
    const end = this.decimal.scan(this.bytes, this.at, this.end);
    if (end === -1) this.fail('a number');
    else this.at = end;
  }

  /**
   * Consumes a name and the colon after it. The field of the schema that has this name, or null.
   * `scratch` has room for the rest of the input beyond its end; escaped names are undone there.
   */
  name(schema: MessageSchema, scratch: GrowingBytes): FieldSchema | null {
    if (this.peek() !== QUOTE) {
      this.fail('a name in quotes');
      return null;
    }
    const { bytes, end } = this;
    const from = this.at + 1;
    let hash = 0;
    let at = from;
    for (; at < end; at++) {
      const byte = bytes[at] ?? 0;
      if (byte === QUOTE) break;
      if (byte === BACKSLASH || byte < 0x20 || byte >= 0x80) return this.#oddName(schema, scratch);
      hash = nameHash(hash, byte);
    }
    if (at >= end) {
      this.fail('the end of a name', end);
      return null;
    }
    this.nameBytes = bytes;
    this.nameFrom = from;
    this.nameTo = at;
    this.at = at + 1;
    this.expect(0x3a);
    return fieldNamed(schema, hash, this);
  }

  #oddName(schema: MessageSchema, scratch: GrowingBytes): FieldSchema | null {
    const from = scratch.at;
    const to = this.string(scratch);
    let hash = 0;
    for (let at = from; at < to; at++) hash = nameHash(hash, scratch.bytes[at] ?? 0);
    this.nameBytes = scratch.bytes;
    this.nameFrom = from;
    this.nameTo = to;
    this.expect(0x3a);
    return fieldNamed(schema, hash, this);
  }

  /**
   * Consumes a string; its content, unescaped and well-formed, goes to `out` from `out.at` on. The
   * offset after it, or `out.at` on failure; `out.at` itself stays. `out` must have room for what
   * is left of the input: no string is longer than its literal.
   */
  string(out: GrowingBytes): number {
    const { bytes, end } = this;
    const target = out.bytes;
    let to = out.at;
    let at = this.at + 1;
    while (at < end) {
      const byte = bytes[at] ?? 0;
      if (byte === QUOTE) {
        this.at = at + 1;
        return to;
      }
      if (byte >= 0x20 && byte < 0x80 && byte !== BACKSLASH) {
        target[to++] = byte;
        at++;
      } else if (byte >= 0x80) {
        const length = utf8SequenceLength(bytes, at, end);
        if (length === 0) return this.#refuseUtf8(at, out.at);
        for (let index = 0; index < length; index++) target[to++] = bytes[at++] ?? 0;
      } else if (byte === BACKSLASH) {
        to = this.#escape(at, out, to);
        if (to === -1) return out.at;
        at = this.at;
      } else {
        this.fail('control characters escaped', at);
        return out.at;
      }
    }
    this.fail('the end of a string', end);
    return out.at;
  }

  #refuseUtf8(at: number, unchanged: number): number {
    this.failure.set('utf8', at, 'well-formed UTF-8');
    this.at = this.end;
    return unchanged;
  }

  /** Undoes the escape at `at`; the offset after what it wrote, or -1. `this.at` moves past it. */
  #escape(at: number, out: GrowingBytes, to: number): number {
    const simple = simpleEscape(this.bytes[at + 1] ?? 0);
    if (simple !== 0) {
      out.bytes[to] = simple;
      this.at = at + 2;
      return to + 1;
    }
    let character = this.#unicodeEscape(at);
    if (character === -1) {
      this.#refuseEscape(at);
      return -1;
    }
    let next = at + 6;
    if (character >= 0xd8_00 && character <= 0xdf_ff) {
      const second = character <= 0xdb_ff ? this.#unicodeEscape(next) : -1;
      if (second >= 0xdc_00 && second <= 0xdf_ff) {
        character = 0x1_00_00 + ((character - 0xd8_00) << 10) + (second - 0xdc_00);
        next += 6;
      } else {
        // Half a pair: JavaScript writes it when text was cut inside a character. Refusing would
        // cost the whole request; the protobuf encoders of the SDKs replace it too.
        character = REPLACEMENT_CHARACTER;
      }
    }
    this.at = next;
    return writeUtf8(out.bytes, to, character);
  }

  /** The 16 bits of a `\uXXXX` at `at`, or -1. */
  #unicodeEscape(at: number): number {
    const { bytes, end } = this;
    if (at + 6 > end || bytes[at] !== BACKSLASH || bytes[at + 1] !== 0x75) return -1;
    let value = 0;
    for (let index = at + 2; index < at + 6; index++) {
      const digit = hexDigit(bytes[index] ?? 0);
      if (digit === -1) return -1;
      value = (value << 4) | digit;
    }
    return value;
  }

  #refuseEscape(at: number): void {
    this.failure.set('json_escape', at, 'a valid escape');
    this.at = this.end;
  }
}

/** The value of a hexadecimal digit of either case, or -1. */
export function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** What a one-letter escape stands for; 0 for none of them. */
function simpleEscape(letter: number): number {
  switch (letter) {
    case 0x22: // "
    case 0x5c: // \
    case 0x2f: // /
      return letter;
    case 0x62: // b
      return 0x08;
    case 0x66: // f
      return 0x0c;
    case 0x6e: // n
      return 0x0a;
    case 0x72: // r
      return 0x0d;
    case 0x74: // t
      return 0x09;
    default:
      return 0;
  }
}

function writeUtf8(target: Uint8Array, at: number, character: number): number {
  let to = at;
  if (character < 0x80) {
    target[to++] = character;
    return to;
  }
  if (character < 0x8_00) {
    target[to++] = 0xc0 | (character >> 6);
  } else if (character < 0x1_00_00) {
    target[to++] = 0xe0 | (character >> 12);
    target[to++] = 0x80 | ((character >> 6) & 0x3f);
  } else {
    target[to++] = 0xf0 | (character >> 18);
    target[to++] = 0x80 | ((character >> 12) & 0x3f);
    target[to++] = 0x80 | ((character >> 6) & 0x3f);
  }
  target[to++] = 0x80 | (character & 0x3f);
  return to;
}
