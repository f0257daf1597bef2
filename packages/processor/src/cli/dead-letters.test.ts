/** `spanguard deadletters` where there is nothing to tell, and where it may not look. */
import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type DataFolder, openDataFolder } from '../service/data-folder.ts';
import { runCommandLine } from './command-line.ts';

describe('spanguard deadletters', () => {
  let folder: string;
  let config: string;
  let data: string;
  const opened: DataFolder[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dead-letters-'));
    config = join(folder, 'a.yaml');
    data = join(folder, 'data');
    writeFileSync(config, `data: ${data}\n`);
  });
  afterEach(() => {
    for (const each of opened.splice(0)) each.release();
    rmSync(folder, { recursive: true });
  });

  /** Exit code, and what is said on standard output and error; the folder is written as `.`. */
  async function run(...args: readonly string[]): Promise<readonly [number, string, string]> {
    let [stdout, stderr] = ['', ''];
    const code = await runCommandLine({
      argv: ['deadletters', ...args, '--config', config],
      env: {},
      stdout: (text) => void (stdout += text),
      stderr: (text) => void (stderr += text),
      signals: new EventEmitter(),
    });
    return [code, stdout.replaceAll(folder, '.'), stderr.replaceAll(folder, '.')];
  }

  const ACTIONS = [['list'], ['show', '1'], ['replay']] as const;

  it('asks which configuration is meant, where no processor ever ran', async () => {
    for (const action of ACTIONS) {
      expect(await run(...action)).to.deep.equal([
        1,
        '',
        'data: ./data is not there; which configuration does the processor run with?\n',
      ]);
    }
  });

  it('says that there is none', async () => {
    openDataFolder(data).release();
    expect(await run('list')).to.deep.equal([0, 'no dead letters\n', '']);
    expect(await run('replay')).to.deep.equal([0, '0 sent, 0 kept\n', '']);
    expect(await run('show', '1')).to.deep.equal([
      1,
      '',
      'no dead letter 1; spanguard deadletters list tells which\n',
    ]);
  });

  it('looks at nothing while a processor runs on the folder', async () => {
    opened.push(openDataFolder(data));
    for (const action of ACTIONS) {
      const [code, stdout, stderr] = await run(...action);
      expect([code, stdout]).to.deep.equal([1, '']);
      expect(stderr).to.match(/^\.\/data\/\S+ is held by another processor: /);
      expect(stderr).to.match(
        /\nDead letters are read and sent again while the processor is stopped\.\n$/,
      );
    }
  });

  it('says what is wrong with a configuration before it looks', async () => {
    writeFileSync(config, 'log_level: loud\n');
    for (const action of ACTIONS) {
      const [code, stdout, stderr] = await run(...action);
      expect([code, stdout]).to.deep.equal([1, '']);
      expect(stderr).to.match(/^\.\/a\.yaml:1:12: log_level: found "loud", expected one of /);
    }
  });
});
