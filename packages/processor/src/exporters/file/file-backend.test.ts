import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { countRecords, transcodeJsonToProtobuf } from '@spanguard/otlp';
import {
  decodeRequest,
  FakeClock,
  logsRequest,
  metricsRequest,
  traceRequest,
} from '@spanguard/testkit';
import { expect } from 'chai';
import type { Signal } from '../../model/signal.ts';
import { type FileSystem, nodeFileSystem, type OpenFile } from '../../pipeline/file-system.ts';
import { lockFolder } from '../../pipeline/folder-lock.ts';
import { silentLogger } from '../../pipeline/logger.ts';
import { FileBackend, type FileBackendSettings } from './file-backend.ts';

const START_MS = Date.UTC(2026, 0, 2, 3, 4, 5, 6);
const ACCEPTED = { kind: 'accepted', rejectedItems: 0 };
const KIB = 1024;

const REQUEST: Readonly<Record<Signal, Uint8Array>> = {
  traces: traceRequest({ seed: 1, spans: 3 }),
  metrics: metricsRequest({ seed: 1 }),
  logs: logsRequest({ seed: 1 }),
};

describe('the file exporter', () => {
  let root: string;
  let folder: string;
  let clock: FakeClock;
  let gaveUp: string[];
  let open: FileBackend[];

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'spanguard-files-'));
    folder = join(root, 'archive');
    clock = new FakeClock({ nowMs: START_MS });
    [gaveUp, open] = [[], []];
  });
  afterEach(async () => {
    for (const backend of open) await backend.close();
    rmSync(root, { recursive: true, force: true });
  });

  function backendOf(
    settings: Partial<FileBackendSettings> = {},
    fileSystem: FileSystem = nodeFileSystem,
  ): FileBackend {
    const backend = new FileBackend(
      {
        name: 'file/test',
        folder,
        fileBytesMax: 1024 * KIB,
        fileAgeMsMax: 60_000,
        filesMax: 10,
        isPacked: false,
        ...settings,
      },
      {
        fileSystem,
        lock: lockFolder,
        clock,
        logger: silentLogger,
        gaveUp: (bound, count) => void gaveUp.push(`${bound} ${count}`),
      },
    );
    open.push(backend);
    return backend;
  }

  const files = (): string[] => readdirSync(folder).filter((name) => name.includes('jsonl'));
  const textOf = (name: string): string => {
    const bytes = readFileSync(join(folder, name));
    return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  };
  const linesOf = (name: string): string[] => textOf(name).split('\n').slice(0, -1);

  /** Names of the spans of a request, to tell requests apart. */
  const span = (seed: number): Uint8Array => traceRequest({ seed, spans: 1 });

  for (const signal of ['traces', 'metrics', 'logs'] as const) {
    it(`writes a request as a line of OTLP/JSON that loses nothing: ${signal}`, async () => {
      const backend = backendOf();
      expect(await backend.send(signal, [REQUEST[signal], REQUEST[signal]])).to.deep.equal(
        ACCEPTED,
      );
      expect(files()).to.deep.equal([`${signal}-20260102T030405.006Z.jsonl`]);
      const lines = linesOf(files()[0] ?? '');
      expect(lines).to.have.length(2);
      for (const line of lines) {
        const back = transcodeJsonToProtobuf(signal, Buffer.from(line), {
          bytesMax: 64 * 1024 * KIB,
        });
        if (!back.ok) throw new Error(back.error.message);
        expect(decodeRequest(signal, back.bytes)).to.deep.equal(
          decodeRequest(signal, REQUEST[signal]),
        );
      }
    });
  }

  it('cuts a line that a Collector would not read by records, and loses none', async () => {
    const many = traceRequest({ seed: 4, spans: 3000 });
    expect(await backendOf({ fileBytesMax: 1e9 }).send('traces', [many])).to.deep.equal(ACCEPTED);
    const lines = linesOf(files()[0] ?? '');
    expect(lines.length).to.be.above(1);
    for (const line of lines) expect(Buffer.byteLength(line)).to.be.at.most(1_000_000);
    const spans = lines.map((line) => {
      const back = transcodeJsonToProtobuf('traces', Buffer.from(line), {
        bytesMax: 64 * 1024 * KIB,
      });
      return back.ok ? (countRecords(back.bytes) ?? 0) : 0;
    });
    expect(spans.reduce((sum, one) => sum + one, 0)).to.equal(3000);
  });

  it('refuses for good what is no OTLP, and writes nothing of the batch', async () => {
    const delivery = await backendOf().send('traces', [REQUEST.traces, Buffer.from([0x0a, 5, 1])]);
    expect(delivery).to.deep.equal({ kind: 'never', reason: 'is no OTLP request of traces' });
    expect(existsSync(folder)).to.equal(false);
  });

  it('begins the next file at its limit of bytes, compresses the last, and keeps so many', async () => {
    const backend = backendOf({ fileBytesMax: 4 * KIB, filesMax: 3, isPacked: true });
    for (let seed = 1; seed <= 24; seed += 1) await backend.send('traces', [span(seed)]);
    await backend.tidied();
    const names = files();
    expect(names).to.have.length(3);
    expect(names.map((name) => name.endsWith('.gz'))).to.deep.equal([true, true, false]);
    for (const name of names) expect(textOf(name).length).to.be.at.most(4 * KIB);
    const gone = gaveUp.map((one) => Number(one.split(' ')[1])).reduce((sum, one) => sum + one, 0);
    expect(gaveUp[0]).to.match(/^files_max \d$/);
    expect(gone).to.be.above(0);
  });

  it('takes a line above the limit of a file into one of its own', async () => {
    const backend = backendOf({ fileBytesMax: 1 });
    for (let seed = 1; seed <= 3; seed += 1) await backend.send('traces', [span(seed)]);
    expect(files().map((name) => linesOf(name).length)).to.deep.equal([1, 1, 1]);
  });

  it('begins the next file at its limit of age, and not before', async () => {
    const backend = backendOf({ fileAgeMsMax: 60_000 });
    await backend.send('traces', [span(1)]);
    clock.advance(60_000);
    await backend.send('traces', [span(2)]);
    expect(files()).to.have.length(1);
    clock.advance(1);
    await backend.send('traces', [span(3)]);
    expect(files()).to.deep.equal([
      'traces-20260102T030405.006Z.jsonl',
      'traces-20260102T030505.007Z.jsonl',
    ]);
  });

  it('names files in order wherever the clock goes', async () => {
    const backend = backendOf({ fileBytesMax: 1 });
    await backend.send('traces', [span(1)]);
    clock.set(START_MS - 86_400_000);
    await backend.send('traces', [span(2)]);
    await backend.send('traces', [span(3)]);
    expect(files()).to.deep.equal([
      'traces-20260102T030405.006Z.jsonl',
      'traces-20260102T030405.007Z.jsonl',
      'traces-20260102T030405.008Z.jsonl',
    ]);
  });

  it('goes on with the file of the run before, and its age', async () => {
    await backendOf().send('traces', [span(1)]);
    await open[0]?.close();
    clock.advance(60_000);
    await backendOf().send('traces', [span(2)]);
    expect(files().map((name) => linesOf(name).length)).to.deep.equal([2]);
    await open[1]?.close();
    clock.advance(1);
    await backendOf().send('traces', [span(3)]);
    expect(files()).to.have.length(2);
  });

  for (const [torn, tail] of [
    ['half a line', '{"resourceSpans":[{"sco'],
    ['zeros, as a power loss leaves them', `${'\0'.repeat(3000)}:[]}\n{"resourceSpans":[]}\n`],
  ] as const) {
    it(`cuts off what is torn at the start: ${torn}`, async () => {
      await backendOf().send('traces', [span(1)]);
      await open[0]?.close();
      const path = join(folder, files()[0] ?? '');
      const whole = readFileSync(path, 'utf8');
      writeFileSync(path, whole + tail);
      await backendOf().send('traces', [span(2)]);
      const lines = linesOf(files()[0] ?? '');
      expect(`${lines[0]}\n`).to.equal(whole);
      expect(lines).to.have.length(2);
      for (const line of lines) expect(() => JSON.parse(line)).not.to.throw();
    });
  }

  it('finishes at the start what was killed while it was compressed', async () => {
    const backend = backendOf({ fileBytesMax: 1 });
    for (let seed = 1; seed <= 3; seed += 1) await backend.send('traces', [span(seed)]);
    await backend.close();
    const [first = '', second = ''] = files();
    writeFileSync(join(folder, `${first}.gz.new`), 'half');
    const before = [textOf(first), textOf(second)];
    const packing = backendOf({ fileBytesMax: 1, isPacked: true });
    await packing.send('traces', [span(4)]);
    await packing.tidied();
    expect(files().slice(0, 2)).to.deep.equal([`${first}.gz`, `${second}.gz`]);
    expect([textOf(`${first}.gz`), textOf(`${second}.gz`)]).to.deep.equal(before);
    expect(files().filter((name) => name.endsWith('.new'))).to.deep.equal([]);
  });

  it('leaves alone what it did not write', async () => {
    mkdirSync(folder, { mode: 0o700 });
    for (const name of ['notes.txt', 'traces.jsonl', 'traces-2026.jsonl.gz']) {
      writeFileSync(join(folder, name), 'x');
    }
    const backend = backendOf({ fileBytesMax: 1, filesMax: 2, isPacked: true });
    for (let seed = 1; seed <= 5; seed += 1) await backend.send('traces', [span(seed)]);
    await backend.tidied();
    for (const name of ['notes.txt', 'traces.jsonl', 'traces-2026.jsonl.gz']) {
      expect(readFileSync(join(folder, name), 'utf8')).to.equal('x');
    }
  });

  it('refuses a folder that another has, and goes on once it is free', async () => {
    const [first, second] = [backendOf(), backendOf()];
    await first.send('traces', [span(1)]);
    const delivery = await second.send('traces', [span(2)]);
    expect(delivery.kind).to.equal('paused');
    expect(JSON.stringify(delivery)).to.match(/lock\.sqlite is held by another processor/);
    await first.close();
    expect(await second.send('traces', [span(2)])).to.deep.equal(ACCEPTED);
  });

  it('is paused, with the remedy, at a folder that is not ours alone', async () => {
    mkdirSync(folder);
    chmodSync(folder, 0o777);
    const backend = backendOf();
    const delivery = await backend.send('traces', [span(1)]);
    expect(delivery.kind).to.equal('paused');
    expect(JSON.stringify(delivery)).to.match(/may be written by everybody .*chmod 700/);
    chmodSync(folder, 0o700);
    expect(await backend.send('traces', [span(1)])).to.deep.equal(ACCEPTED);
  });

  it('begins a new file where somebody took the one it has away, after a failure', async () => {
    let isFailing = false;
    const backend = backendOf(
      {},
      failing(() => (isFailing ? 'EIO' : undefined)),
    );
    await backend.send('traces', [span(1)]);
    isFailing = true;
    expect(await backend.send('traces', [span(2)])).to.deep.equal({ kind: 'later', reason: 'EIO' });
    isFailing = false;
    rmSync(join(folder, files()[0] ?? ''));
    clock.advance(1);
    expect(await backend.send('traces', [span(2)])).to.deep.equal(ACCEPTED);
    expect(files()).to.have.length(1);
  });

  it('makes its folder anew where somebody took that away', async () => {
    const backend = backendOf({ fileBytesMax: 1 });
    await backend.send('traces', [span(1)]);
    rmSync(folder, { recursive: true });
    expect(await backend.send('traces', [span(2)])).to.deep.equal({
      kind: 'paused',
      reason: 'ENOENT',
    });
    expect(await backend.send('traces', [span(2)])).to.deep.equal(ACCEPTED);
    expect(files()).to.have.length(1);
  });

  for (const [code, delivery] of [
    ['ENOSPC', { kind: 'later', reason: 'the disk is full' }],
    ['short', { kind: 'later', reason: 'the disk is full' }],
    ['EDQUOT', { kind: 'later', reason: 'the disk is full' }],
    ['EIO', { kind: 'later', reason: 'EIO' }],
    ['EROFS', { kind: 'paused', reason: 'EROFS' }],
  ] as const) {
    it(`loses nothing, and leaves no half line, where a write ends with ${code}`, async () => {
      let failure: string | undefined;
      const backend = backendOf(
        {},
        failing(() => failure),
      );
      await backend.send('traces', [span(1)]);
      failure = code;
      for (let attempt = 0; attempt < 3; attempt += 1) {
        expect(await backend.send('traces', [span(2), span(3)])).to.deep.equal(delivery);
      }
      failure = undefined;
      expect(await backend.send('traces', [span(2), span(3)])).to.deep.equal(ACCEPTED);
      const lines = linesOf(files()[0] ?? '');
      expect(lines).to.have.length(3);
      for (const line of lines) expect(() => JSON.parse(line)).not.to.throw();
    });
  }

  it('does nothing before the first delivery, and may be closed twice', async () => {
    const backend = backendOf();
    await backend.close();
    await backend.close();
    expect(existsSync(folder)).to.equal(false);
  });
});

/** The machine's files; half of what is written is, and then it fails as it is told to. */
function failing(failure: () => string | undefined): FileSystem {
  return {
    ...nodeFileSystem,
    open: async (path, mode) => {
      const file = await nodeFileSystem.open(path, mode);
      const write: OpenFile['write'] = async (buffers, position) => {
        const code = failure();
        if (code === undefined) return file.write(buffers, position);
        const bytes = Buffer.concat(buffers);
        const written = await file.write([bytes.subarray(0, bytes.length >> 1)], position);
        if (code === 'short') return written;
        throw Object.assign(new Error('at /somewhere'), { code });
      };
      return { ...file, write };
    },
  };
}
