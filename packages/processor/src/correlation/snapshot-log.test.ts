import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { nodeFileSystem } from '../pipeline/file-system.ts';
import { SnapshotLog } from './snapshot-log.ts';

const text = (value: string): Uint8Array => Buffer.from(value);

describe('the file of windows', () => {
  let folder: string;
  let path: string;
  let log: SnapshotLog;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'spanguard-snapshot-'));
    path = join(folder, 'windows.snapshot');
    log = new SnapshotLog(path, nodeFileSystem);
  });
  afterEach(async () => {
    await log.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** As a process that starts sees it: sequence, and all states in their order. */
  async function saved(): Promise<readonly [number, ...string[]] | undefined> {
    const read = await new SnapshotLog(path, nodeFileSystem).read();
    if (read === undefined) return undefined;
    const states = [read.whole, ...read.changes].map((state) => Buffer.from(state).toString());
    return [read.sequence, ...states];
  }

  it('has nothing where nothing was saved, nor where something else lies', async () => {
    expect(await saved()).to.equal(undefined);
    writeFileSync(path, '{"sequence":7}', { mode: 0o600 });
    expect(await saved()).to.equal(undefined);
  });

  it('puts changes behind the whole, in their order', async () => {
    expect(log.wantsWhole).to.equal(true);
    await log.writeWhole({ sequence: 3, state: text('whole') });
    expect(log.wantsWhole).to.equal(false);
    await log.append({ sequence: 5, state: text('first') });
    await log.append({ sequence: 9, state: text('second') });
    expect(await saved()).to.deep.equal([9, 'whole', 'first', 'second']);
    expect(readdirSync(folder)).to.deep.equal(['windows.snapshot']);
  });

  it('leaves out a torn end, whatever of it was written, and writes all anew at the next start', async () => {
    await log.writeWhole({ sequence: 3, state: text('whole') });
    await log.append({ sequence: 5, state: text('first') });
    const { size } = statSync(path);
    await log.append({ sequence: 9, state: text('second') });
    const whole = readFileSync(path);
    for (let bytes = size; bytes < whole.length; bytes += 1) {
      writeFileSync(path, whole.subarray(0, bytes));
      expect(await saved(), `${bytes} bytes`).to.deep.equal([5, 'whole', 'first']);
    }
    appendFileSync(path, Buffer.alloc(40, 1));
    expect(await saved()).to.deep.equal([5, 'whole', 'first']);
    const next = new SnapshotLog(path, nodeFileSystem);
    expect(next.wantsWhole).to.equal(true);
    await next.writeWhole({ sequence: 6, state: text('anew') });
    await next.append({ sequence: 7, state: text('more') });
    await next.close();
    expect(await saved()).to.deep.equal([7, 'anew', 'more']);
  });

  it('believes no piece of which a bit is not as it was written', async () => {
    await log.writeWhole({ sequence: 3, state: text('whole') });
    const { size } = statSync(path);
    await log.append({ sequence: 5, state: text('first') });
    const intact = readFileSync(path);
    for (let at = size; at < intact.length; at += 1) {
      const damaged = Buffer.from(intact);
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      writeFileSync(path, damaged);
      expect(await saved(), `byte ${at}`).to.deep.equal([3, 'whole']);
    }
  });

  it('wants all anew once the changes have outgrown it, and after a saving that failed', async () => {
    await log.writeWhole({ sequence: 0, state: text('whole') });
    const state = Buffer.alloc(400_000, 1);
    for (const sequence of [1, 2]) await log.append({ sequence, state });
    expect(log.wantsWhole).to.equal(false);
    await log.append({ sequence: 3, state });
    expect(log.wantsWhole).to.equal(true);
    await log.writeWhole({ sequence: 4, state: text('whole') });
    expect(await saved()).to.deep.equal([4, 'whole']);
    expect(log.wantsWhole).to.equal(false);
    await log.giveUp();
    expect(log.wantsWhole).to.equal(true);
  });
});
