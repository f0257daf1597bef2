/**
 * Inflates bodies of many sizes and ratios and frees them, among small buffers of Node's pool, and tells
 * which of those were harmed. A program too: on whatever Node runs it, it prints the harmed cases as JSON.
 */
import { argv, stdout } from 'node:process';
import { deflateSync, gzipSync } from 'node:zlib';
import { ByteBudget } from '../../src/pipeline/byte-budget.ts';
import { Inflater } from '../../src/pipeline/body/inflate.ts';

const KIB = 1024;
const PLAIN_BYTES = [1, 2, 4, 8, 15, 16, 20, 31, 32, 33, 64, 256, 1024].map((kib) => kib * KIB);
const RATIOS = [2, 8, 9, 30, 200, 1000];
const BYTES_MAX = 1024 * KIB;
const WORDS = 'a small buffer of the pool';

/** One line a case that harmed somebody, or gave other bytes; empty where all is well. */
export async function harmedNeighbours(): Promise<string[]> {
  const harmed: string[] = [];
  for (const plainBytes of PLAIN_BYTES) {
    for (const ratio of RATIOS) {
      const plain = bodyOf(plainBytes, ratio);
      for (const [encoding, body] of [
        ['gzip', gzipSync(plain)],
        ['deflate', deflateSync(plain)],
      ] as const) {
        const name = `${encoding}, ${plainBytes} bytes, ratio ${ratio}`;
        if (!(await leavesNeighbours(body, { encoding, plain }))) harmed.push(name);
      }
    }
  }
  return harmed;
}

async function leavesNeighbours(
  body: Buffer,
  { encoding, plain }: { readonly encoding: 'gzip' | 'deflate'; readonly plain: Buffer },
): Promise<boolean> {
  const before = Buffer.from(WORDS);
  const budget = new ByteBudget({ bytesMax: BYTES_MAX, clientBytesMax: BYTES_MAX });
  const account = budget.open('a client');
  const options = { encoding, account, bytesMax: BYTES_MAX };
  const inflated = await new Inflater().inflate(body, options);
  if (inflated.kind !== 'plain') return false;
  const isWhole = Buffer.compare(inflated.bytes, plain) === 0;
  const after = Buffer.from(WORDS);
  inflated.free();
  return isWhole && [before, after, Buffer.from(WORDS)].every((one) => String(one) === WORDS);
}

/** Bytes that shrink about `ratio` fold: noise, then nothing. */
function bodyOf(length: number, ratio: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 1;
  for (let at = 0; at < length / ratio; at++) {
    state = Math.imul(state, 1_664_525) + 1_013_904_223;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

if (argv[1]?.endsWith('neighbours.ts')) {
  stdout.write(JSON.stringify(await harmedNeighbours()));
}
