import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { loadSqlite } from './sqlite.ts';

describe('loadSqlite', () => {
  it('gives a database that works', () => {
    const database = new (loadSqlite().DatabaseSync)(':memory:');
    expect({ ...database.prepare('SELECT 1 AS one').get() }).to.deep.equal({ one: 1 });
    database.close();
  });

  it('leaves warnings as they were', () => {
    const before = Object.getOwnPropertyDescriptor(process, 'emitWarning');
    loadSqlite();
    expect(Object.getOwnPropertyDescriptor(process, 'emitWarning')).to.deep.equal(before);
  });

  it('prints no warning', () => {
    const file = fileURLToPath(new URL('./sqlite.ts', import.meta.url));
    const program = `import(${JSON.stringify(file)}).then(({ loadSqlite }) => loadSqlite())`;
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      [...process.execArgv, '--input-type=module', '-e', program],
      { encoding: 'utf8' },
    );
    expect({ stdout, stderr: stderr.replace(/^.*stripping.*\n.*\n/i, ''), status }).to.deep.equal({
      stdout: '',
      stderr: '',
      status: 0,
    });
  });
});
