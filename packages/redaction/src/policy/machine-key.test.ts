import { spawn } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { MACHINE_KEY_BYTES, machineKey } from './machine-key.ts';

const MODULE = new URL('./machine-key.ts', import.meta.url).href;

describe('machineKey', () => {
  let root: string;
  let folder: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'machine-key-'));
    folder = join(root, 'state', 'spanguard');
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  /** A key that stands in a folder others cannot touch. */
  function plant(key: Uint8Array | string, mode = 0o600): void {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, 'pseudonym.key'), key, { mode });
  }

  it('is made once, for us alone, and leaves nothing beside it', () => {
    const key = machineKey([folder]);
    expect(key).to.have.length(MACHINE_KEY_BYTES);
    expect(machineKey([folder])).to.deep.equal(key);
    expect(readdirSync(folder)).to.deep.equal(['pseudonym.key']);
    expect(statSync(join(folder, 'pseudonym.key')).mode & 0o777).to.equal(0o600);
    expect(statSync(folder).mode & 0o777).to.equal(0o700);
    expect(machineKey([join(root, 'other')])).not.to.deep.equal(key);
  });

  it('is one for processes that make it at the same time', async () => {
    const script = `import { machineKey } from '${MODULE}';
      process.stdout.write(Buffer.from(machineKey(['${folder}'])).toString('hex'));`;
    const keys = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
        let text = '';
        for await (const chunk of child.stdout) text += String(chunk);
        return text;
      }),
    );
    expect(keys[0]).to.have.length(2 * MACHINE_KEY_BYTES);
    expect(new Set(keys).size).to.equal(1);
  });

  it('is taken from the next folder where the first cannot be written', () => {
    writeFileSync(join(root, 'file'), '');
    expect(machineKey([join(root, 'file', 'x'), folder])).to.have.length(MACHINE_KEY_BYTES);
    expect(machineKey([join(root, 'file', 'x')])).to.equal(undefined);
    expect(machineKey([])).to.equal(undefined);
  });

  it('is not read from a file that is too short, too long, or that others may read', () => {
    const key = new Uint8Array(MACHINE_KEY_BYTES);
    plant(key);
    expect(machineKey([folder])).to.deep.equal(key);
    for (const wrong of [
      '',
      new Uint8Array(MACHINE_KEY_BYTES - 1),
      new Uint8Array(MACHINE_KEY_BYTES + 1),
    ]) {
      plant(wrong);
      expect(machineKey([folder])).to.equal(undefined);
    }
    plant(key);
    chmodSync(join(folder, 'pseudonym.key'), 0o640);
    expect(machineKey([folder])).to.equal(undefined);
  });

  it('follows no link, neither of the file nor of the folder', () => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(root, 'planted'), new Uint8Array(MACHINE_KEY_BYTES), { mode: 0o600 });
    symlinkSync(join(root, 'planted'), join(folder, 'pseudonym.key'));
    expect(machineKey([folder])).to.equal(undefined);
    symlinkSync(join(root, 'state', 'spanguard'), join(root, 'linked'));
    expect(machineKey([join(root, 'linked')])).to.equal(undefined);
  });

  it('is not kept in a folder that others may write', () => {
    for (const mode of [0o777, 0o770, 0o702]) {
      const open = join(root, `open-${mode}`);
      mkdirSync(open);
      chmodSync(open, mode);
      expect(machineKey([open]), mode.toString(8)).to.equal(undefined);
    }
  });

  it('is not believed where somebody else owns it', function () {
    if (process.getuid?.() !== 0) this.skip();
    // Loaded before: somebody else need not be able to read where the project lies.
    const script = `const { machineKey } = await import('${MODULE}'); process.setuid(65534);
      process.stdout.write(String(machineKey(['${folder}'])));`;
    plant(new Uint8Array(MACHINE_KEY_BYTES), 0o644);
    chmodSync(root, 0o755);
    for (const each of [join(root, 'state'), folder]) chmodSync(each, 0o755);
    const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
    return new Promise<void>((resolve, reject) => {
      let text = '';
      child.stdout.on('data', (chunk) => (text += String(chunk)));
      child.once('close', () => {
        try {
          expect(text).to.equal('undefined');
          resolve();
        } catch (error) {
          reject(error);
        }
      });
    });
  });
});
