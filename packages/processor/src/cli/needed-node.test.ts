import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { tooOldNode } from './needed-node.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

describe('the Node that runs us', () => {
  for (const version of ['20.20.2', '22.14.9', '18.0.0', '8.17.0']) {
    it(`is too old: ${version}`, () => {
      expect(tooOldNode(version)).to.equal(
        `spanguard: Node 22.15 or newer is needed, this is ${version}`,
      );
    });
  }

  for (const version of ['22.15.0', '22.23.3', '23.0.0', '24.21.0', '26.10.0']) {
    it(`will do: ${version}`, () => expect(tooOldNode(version)).to.equal(undefined));
  }

  it('is told of in one line, before anything is loaded that it lacks', () => {
    const old = `data:text/javascript,Object.defineProperty(process.versions,'node',{value:'20.20.2'});
      const { default: zlib, ...rest } = await import('node:zlib');
      delete zlib.zstdCompress; (await import('node:module')).syncBuiltinESMExports();`;
    const args = ['--conditions=@spanguard/source', '--import', old, MAIN, 'run'];
    const { stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect([status, stderr]).to.deep.equal([
      1,
      'spanguard: Node 22.15 or newer is needed, this is 20.20.2\n',
    ]);
  });
});
