/** Steps over one JSON value that OTLP does not know, checking its grammar all the same. */

import type { GrowingBytes } from './growing-bytes.ts';
import type { JsonReader } from './json-reader.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Consumes the value that comes next, nested at most `depthMax` deep. Keeps no more than one byte a
 * level. `scratch` has room for the rest of the input beyond its end; nothing stays written.
 */
export function skipJsonValue(reader: JsonReader, scratch: GrowingBytes, depthMax: number): void {
  const closers = new Uint8Array(depthMax);
  let depth = 0;
  do {
    const closer = openOrSkip(reader, scratch);
    if (closer !== 0) {
      if (depth >= depthMax) {
        reader.failure.set('too_deep', reader.at, `at most ${depthMax} levels`);
        reader.at = reader.end;
        return;
      }
      closers[depth++] = closer;
      if (reader.peek() !== closer) {
        if (closer === CLOSE_OBJECT) skipName(reader, scratch);
        continue;
      }
    }
    depth = closeAndGoOn(reader, scratch, { closers, depth });
  } while (depth > 0 && reader.failure.code === null);
}

/** Skips a scalar (0), or opens a list or object and gives the byte that closes it. */
function openOrSkip(reader: JsonReader, scratch: GrowingBytes): number {
  const byte = reader.peek();
  switch (byte) {
    case OPEN_OBJECT:
      reader.at++;
      return CLOSE_OBJECT;
    case OPEN_LIST:
      reader.at++;
      return CLOSE_LIST;
    case QUOTE:
      reader.string(scratch);
      return 0;
    case 0x74:
      reader.literal('true');
      return 0;
    case 0x66:
      reader.literal('false');
      return 0;
    case 0x6e:
      reader.literal('null');
      return 0;
    default:
      if (byte === -1) reader.fail('a value');
      else reader.number();
      return 0;
  }
}

/** After a value: closes what closes here, then consumes the comma (and name) of what follows. */
function closeAndGoOn(
  reader: JsonReader,
  scratch: GrowingBytes,
  open: { readonly closers: Uint8Array; readonly depth: number },
): number {
  let { depth } = open;
  while (depth > 0) {
    const closer = open.closers[depth - 1] ?? 0;
    const byte = reader.peek();
    if (byte === COMMA) {
      reader.at++;
      if (closer === CLOSE_OBJECT) skipName(reader, scratch);
      return depth;
    }
    if (byte !== closer) {
      reader.fail(`"," or "${String.fromCharCode(closer)}"`);
      return depth;
    }
    reader.at++;
    depth--;
  }
  return 0;
}

function skipName(reader: JsonReader, scratch: GrowingBytes): void {
  if (reader.peek() === QUOTE) {
    reader.string(scratch);
    reader.expect(COLON);
  } else {
    reader.fail('a name in quotes');
  }
}
