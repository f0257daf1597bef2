/**
 * The least that a service of this runtime can do and still lose nothing: receive, inflate, append, fsync
 * once for all who wait, answer, and forward what was appended, merged. It looks at nothing, checks nothing
 * and cannot go on after a crash. What we report as our share of the limit is a share of this.
 *
 * `node limit-service.ts <port> <folder> <backend> <gzip|none>`
 */
import { constants, type FileHandle, open } from 'node:fs/promises';
import { Agent, createServer, type IncomingMessage, request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync, gzip } from 'node:zlib';

/** A request that is to be kept. */
interface Waiting {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly answer: () => void;
}

/** The defaults of our exporter. */
const FORWARDED_BYTES_MAX = 4 * 1024 * 1024;
const FORWARDS_MAX = 4;
const BODY_BYTES_MIN = 64 * 1024;
const PLAIN_BYTES_MAX = 16 * 1024 * 1024;
const IDLE_BODIES_MAX = 16;

const [port, folder = '.', backend = '', compression] = process.argv.slice(2);
const gzipAsync = promisify(gzip);
const agent = new Agent({ keepAlive: true, maxSockets: FORWARDS_MAX });
const idleBodies: Buffer[] = [];
const { O_CREAT, O_DSYNC, O_WRONLY } = constants;
// A write that settles is on disk: one turn of the thread pool where write and fsync take two.
const file = await open(join(folder, 'journal'), O_CREAT | O_DSYNC | O_WRONLY);

let waiting: Waiting[] = [];
let isAppending = false;
let offset = 0;
let kept: Waiting[] = [];
let forwards = 0;

createServer((request, response) => {
  receive(request, (path, bytes) => {
    const answer = (): void => {
      response.writeHead(200, { 'content-type': 'application/x-protobuf', 'content-length': 0 });
      response.end();
    };
    waiting.push({ path, bytes, answer });
    // What rejects, here and below, ends the program, and the benchmark with it: a limit that loses is none.
    if (!isAppending) void appendAll(file);
  });
}).listen(Number(port), '127.0.0.1');

/** Reads a body into a buffer that is used again, and inflates it in one go. */
function receive(request: IncomingMessage, done: (path: string, bytes: Uint8Array) => void): void {
  let body = idleBodies.pop() ?? Buffer.allocUnsafeSlow(BODY_BYTES_MIN);
  let length = 0;
  request.on('data', (chunk: Buffer) => {
    if (length + chunk.length > body.length) {
      const larger = Buffer.allocUnsafeSlow(2 * (length + chunk.length));
      body.copy(larger, 0, 0, length);
      body = larger;
    }
    chunk.copy(body, length);
    length += chunk.length;
  });
  request.once('end', () => {
    const received = body.subarray(0, length);
    const plain =
      request.headers['content-encoding'] === 'gzip' ? inflate(received) : Buffer.from(received);
    if (idleBodies.length < IDLE_BODIES_MAX) idleBodies.push(body);
    done(request.url ?? '', plain);
  });
}

function inflate(bytes: Buffer): Buffer {
  const plainBytes = bytes.readUInt32LE(bytes.length - 4);
  return gunzipSync(bytes, { chunkSize: plainBytes + 1, maxOutputLength: PLAIN_BYTES_MAX });
}

async function appendAll(journal: FileHandle): Promise<void> {
  isAppending = true;
  // One turn of the event loop: requests that came with the same poll share the sync.
  await new Promise<void>((resolve) => setImmediate(resolve));
  while (waiting.length > 0) {
    const group = waiting;
    waiting = [];
    const { bytesWritten } = await journal.writev(
      group.map(({ bytes }) => bytes),
      offset,
    );
    offset += bytesWritten;
    for (const each of group) each.answer();
    kept = kept.concat(group);
    forwardAll();
  }
  isAppending = false;
}

function forwardAll(): void {
  while (kept.length > 0 && forwards < FORWARDS_MAX) {
    const [first] = kept;
    let count = 0;
    for (let bytes = 0; count < kept.length; count += 1) {
      const next = kept[count];
      bytes += next?.bytes.length ?? 0;
      if (next?.path !== first?.path || (count > 0 && bytes > FORWARDED_BYTES_MAX)) break;
    }
    forwards += 1;
    void forward(kept.splice(0, count)).finally(() => {
      forwards -= 1;
      forwardAll();
    });
  }
}

async function forward(group: readonly Waiting[]): Promise<void> {
  const parts = group.map(({ bytes }) => bytes);
  const isCompressed = compression === 'gzip';
  const body = isCompressed
    ? [await gzipAsync(Buffer.concat(parts), { level: 1, memLevel: 9, chunkSize: 256 * 1024 })]
    : parts;
  await new Promise<void>((resolve, reject) => {
    const request = httpRequest(`${backend}${group[0]?.path ?? ''}`, {
      method: 'POST',
      agent,
      headers: {
        'content-type': 'application/x-protobuf',
        'content-length': body.reduce((sum, { length }) => sum + length, 0),
        ...(isCompressed && { 'content-encoding': 'gzip' }),
      },
    });
    request.once('response', (response) => {
      response.resume();
      response.once('end', resolve);
    });
    request.once('error', reject);
    for (const part of body) request.write(part);
    request.end();
  });
  // Left to the collector, half a megabyte a request would have it mark the whole heap all the time.
  for (const { bytes } of group) {
    // A small one is a slice of Node's pool, and not ours to free.
    const isOwn = bytes.length >= Buffer.poolSize >>> 1;
    if (isOwn && bytes.buffer instanceof ArrayBuffer) bytes.buffer.transfer(0);
  }
}
