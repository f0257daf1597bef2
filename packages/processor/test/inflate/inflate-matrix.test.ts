/** Memory is freed only where it is ours alone: how Node shares its own differs from version to version. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { nodeBinary, nodesFolder } from '../../../register/test/matrix/node-versions.ts';
import { harmedNeighbours } from './neighbours.ts';

/** The oldest that the manifest's `engines` admits, and the newest. */
const VERSIONS = ['22.15.0', '26.10.0'] as const;
const PROGRAM = fileURLToPath(new URL('neighbours.ts', import.meta.url));
const FLAGS = ['--conditions=@spanguard/source', '--experimental-strip-types', '--no-warnings'];

describe('freeing an inflated body', () => {
  it('harms no neighbour, whatever its size, ratio and encoding', async () => {
    expect(await harmedNeighbours()).to.deep.equal([]);
  });

  for (const version of VERSIONS) {
    const node = nodeBinary(nodesFolder(process.env), version);
    it(`harms no neighbour on Node ${version}`, async function () {
      if (!existsSync(node)) this.skip();
      const { stdout } = await promisify(execFile)(node, [...FLAGS, PROGRAM]);
      expect(JSON.parse(stdout)).to.deep.equal([]);
    });
  }
});
