import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SeededRandom } from '@spanguard/testkit';
import { expect } from 'chai';
import { openStore } from '#processor/store/store.ts';
import { REQUESTS_OF_BATCH } from './numbered-batches.ts';

const KILLS = 20;
const SEED = Number(process.env['SEED'] ?? 20_261_127);
const BATCHES_A_LIFE = 30;
const PROGRAM = fileURLToPath(new URL('./kept-until-killed.ts', import.meta.url));
const ARGS = ['--conditions=@spanguard/source', PROGRAM];

describe('an inventory that is killed again and again', () => {
  it(`counts every request once (seed ${SEED})`, async () => {
    const random = new SeededRandom(SEED);
    const folder = mkdtempSync(join(tmpdir(), 'spanguard-killed-'));
    const path = join(folder, 'store.sqlite');
    const last = KILLS * BATCHES_A_LIFE - 1;
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const child = spawn(process.execPath, [...ARGS, path, String(last)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      // In the middle of what comes after one of its savings: taking in, writing, or between.
      let savings = random.int(1, 10);
      child.stdout.on('data', () => {
        savings -= 1;
        if (savings === 0) child.kill('SIGKILL');
      });
      await once(child, 'exit');
    }
    const { status } = spawnSync(process.execPath, [...ARGS, path, String(last)]);
    expect(status).to.equal(0);
    const { store, movedAside } = openStore(path, () => 'aside');
    const endpoints = store.endpoints.list();
    store.close();
    rmSync(folder, { recursive: true, force: true });
    expect(movedAside).to.equal(undefined);
    const requests = endpoints.reduce((sum, { endpoint }) => sum + endpoint.requests, 0);
    expect(requests).to.equal((last + 1) * REQUESTS_OF_BATCH);
    const answered = endpoints.reduce((sum, { endpoint }) => sum + endpoint.statuses.sum(), 0);
    expect(answered).to.equal(requests);
    const paths = endpoints.map(({ endpoint }) => endpoint.key.path);
    expect(paths).to.have.length(15).and.to.include.members(['/articles/{id}', '/orders/{id}']);
  });
});
