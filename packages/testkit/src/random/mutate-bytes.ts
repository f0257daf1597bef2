/** Damages bytes as networks, bugs and attackers do. Deterministic in its random source. */

import type { SeededRandom } from './seeded-random.ts';

/** Bytes that mean something to a parser: varint edges, JSON punctuation, broken UTF-8. */
const TELLING_BYTES = [
  0x00, 0x01, 0x0a, 0x12, 0x1a, 0x22, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d, 0x2c, 0x3a, 0x7f, 0x80, 0xc0,
  0xed, 0xf4, 0xfe, 0xff,
];

/** A damaged copy: one to four flips, insertions, removals, repetitions or a cut. */
export function mutateBytes(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  let out: Uint8Array = bytes.slice();
  const changes = random.int(1, 4);
  for (let change = 0; change < changes; change++) out = mutateOnce(out, random);
  return out;
}

function mutateOnce(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const at = random.int(0, Math.max(0, bytes.length - 1));
  switch (random.int(0, 5)) {
    case 0: {
      const out = bytes.slice();
      if (out.length > 0) out[at] = (out[at] ?? 0) ^ (1 << random.int(0, 7));
      return out;
    }
    case 1: {
      const out = bytes.slice();
      if (out.length > 0) out[at] = random.pick(TELLING_BYTES);
      return out;
    }
    case 2:
      return join(bytes.subarray(0, at), random.bytes(random.int(1, 8)), bytes.subarray(at));
    case 3:
      return join(bytes.subarray(0, at), bytes.subarray(at + random.int(1, 16)));
    case 4:
      return bytes.slice(0, at);
    default: {
      const end = Math.min(bytes.length, at + random.int(1, 64));
      return join(bytes.subarray(0, end), bytes.subarray(at));
    }
  }
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
