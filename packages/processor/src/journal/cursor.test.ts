import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeClock, SeededRandom } from '@spanguard/testkit';
import { expect } from 'chai';
import { mountSmallDisk } from '../../test/small-disk.ts';
import { SimulatedDisk } from '../../test/simulated-disk.ts';
import { type FileSystem, nodeFileSystem } from '../pipeline/file-system.ts';
import { Cursor, NOWHERE, readCursor } from './cursor.ts';

describe('a cursor', () => {
  let folder = '';
  let path = '';
  let failures = 0;
  const clock = new FakeClock();

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cursor-'));
    path = join(folder, 'one.cursor');
    failures = 0;
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const open = (fileSystem: FileSystem = nodeFileSystem, at = path): Promise<Cursor> =>
    Cursor.open({ path: at, fileSystem, clock, counters: { add: () => (failures += 1) } });

  /** The machine's files, each call of the cursor's noted. */
  function noted(calls: string[]): FileSystem {
    return {
      ...nodeFileSystem,
      open: async (at, mode) => {
        const file = await nodeFileSystem.open(at, mode);
        calls.push(mode);
        return {
          ...file,
          write: (buffers, position) => (calls.push('write'), file.write(buffers, position)),
          sync: () => (calls.push('sync'), file.sync()),
        };
      },
    };
  }

  it('is written with each move and synced with few, in one file that is made once', async () => {
    const calls: string[] = [];
    const cursor = await open(noted(calls));
    await cursor.prepare({ sequence: -1, items: 0 });
    expect(calls.splice(0)).to.deep.equal(['create', 'write', 'sync']);
    for (let sequence = 1; sequence <= 5; sequence += 1) {
      cursor.move({ sequence, items: sequence * 10 });
      const wanted = cursor.position;
      while (!readFileSync(path, 'latin1').includes(`${sequence} ${sequence * 10} `)) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(await readCursor(path, nodeFileSystem)).to.deep.equal(wanted);
      expect(cursor.synced.sequence).to.equal(-1);
    }
    expect(calls.splice(0)).to.deep.equal(Array.from({ length: 5 }, () => 'write'));
    clock.advance(250);
    await cursor.save();
    expect(calls.splice(0)).to.deep.equal(['sync']);
    expect(cursor.synced).to.deep.equal({ sequence: 5, items: 50 });
    await cursor.close();
  });

  it('writes the last of many moves, not each', async () => {
    const calls: string[] = [];
    const cursor = await open(noted(calls));
    await cursor.prepare({ sequence: -1, items: 0 });
    for (let sequence = 1; sequence <= 1000; sequence += 1) cursor.move({ sequence, items: 0 });
    await cursor.save();
    expect(calls.filter((call) => call === 'write')).to.have.length(2);
    expect(await readCursor(path, nodeFileSystem)).to.deep.equal({ sequence: 1000, items: 0 });
    await cursor.close();
  });

  it('is after a kill where it was moved to, and after power loss nowhere it never was', async () => {
    for (let seed = 1; seed <= 300; seed += 1) {
      const random = new SeededRandom(seed);
      const disk = new SimulatedDisk(() => random.int(0, 999) / 1000, {
        syncFails: 0,
        diskFull: 0,
      });
      const cursor = await open(disk.fileSystem());
      await cursor.save({ sequence: 1000, items: 1 });
      for (const sequence of [1001, 1002, 1003]) {
        cursor.move({ sequence, items: 1 });
        for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
      }
      await new Promise((resolve) => setImmediate(resolve));
      disk.restart('kill');
      const { sequence: killed } = await readCursor(path, disk.fileSystem());
      expect(killed, `seed ${seed}`).to.equal(1003);
      disk.restart('power');
      const { sequence } = await readCursor(path, disk.fileSystem());
      expect(sequence, `seed ${seed}`).to.be.within(1000, 1003);
    }
  });

  it('reads what version 0.1 wrote, and goes on in that file', async () => {
    writeFileSync(path, '123 884863d2\n', { mode: 0o600 });
    const cursor = await open();
    expect(cursor.position).to.deep.equal({ sequence: 123, items: -1 });
    await cursor.save({ sequence: 124, items: 7 });
    await cursor.close();
    expect((await open()).position).to.deep.equal({ sequence: 124, items: 7 });
  });

  it('is nowhere where the file is missing, damaged in both places, or a link', async () => {
    expect((await open()).position).to.equal(NOWHERE);
    const cursor = await open();
    await cursor.save({ sequence: 77, items: 7 });
    await cursor.close();
    const other = join(folder, 'other.cursor');
    symlinkSync(path, other);
    expect((await open(nodeFileSystem, other)).position).to.equal(NOWHERE);
    writeFileSync(
      path,
      readFileSync(path).map((byte) => byte ^ 2),
    );
    expect((await open()).position).to.equal(NOWHERE);
  });

  it('replaces a link that was put in its place, and leaves what that leads to', async () => {
    const target = join(folder, 'target');
    writeFileSync(target, 'precious');
    symlinkSync(target, path);
    symlinkSync(target, `${path}.new`);
    const cursor = await open();
    await cursor.save({ sequence: 5, items: 5 });
    await cursor.close();
    expect(readFileSync(target, 'utf8')).to.equal('precious');
    expect((await open()).position).to.deep.equal({ sequence: 5, items: 5 });
    expect(failures).to.equal(0);
  });

  it('writes nothing after it is closed', async () => {
    const cursor = await open();
    await cursor.prepare({ sequence: 1, items: 1 });
    await cursor.close();
    cursor.move({ sequence: 2, items: 2 });
    await cursor.save({ sequence: 3, items: 3 });
    clock.advance(1000);
    expect(await readCursor(path, nodeFileSystem)).to.deep.equal({ sequence: 1, items: 1 });
  });

  it('moves on a disk that is full', async function () {
    const disk = mountSmallDisk(1);
    if (disk === undefined) this.skip();
    try {
      const at = join(disk.path, 'one.cursor');
      const cursor = await open(nodeFileSystem, at);
      await cursor.prepare({ sequence: -1, items: 0 });
      disk.fill();
      for (let sequence = 1; sequence < 10; sequence += 1) {
        await cursor.save({ sequence, items: sequence });
        expect(await readCursor(at, nodeFileSystem)).to.deep.equal({ sequence, items: sequence });
      }
      await cursor.close();
      expect(failures).to.equal(0);
    } finally {
      disk.unmount();
    }
  });
});
