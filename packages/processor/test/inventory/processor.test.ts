import { join } from 'node:path';
import { recordedExpressShop } from '@spanguard/testkit';
import { expect } from 'chai';
import { openStoreBeside } from '#processor/store/store.ts';
import { InventoryScene } from './inventory-scene.ts';
import { postOtlp, startProcessor } from '../running-processor.ts';

const KILLS = 3;

/** What an inventory that nobody kills makes of the same: a route is not believed before it was found once. */
function unharmed(): number {
  const scene = new InventoryScene();
  for (let life = 0; life <= KILLS; life += 1) scene.take('traces', recordedExpressShop());
  const requests = scene.saved().reduce((sum, { endpoint }) => sum + endpoint.requests, 0);
  scene.close();
  return requests;
}

/** Requests of all endpoints, as a command reads them. */
function stored(folder: string): number {
  const store = openStoreBeside(join(folder, 'data', 'store.sqlite'), { readOnly: true });
  const requests = store.endpoints.list().reduce((sum, { endpoint }) => sum + endpoint.requests, 0);
  store.close();
  return requests;
}

describe('a whole processor that is killed', () => {
  it('has every request it acknowledged in its inventory, once', async () => {
    let folder: string | undefined;
    for (let life = 0; life <= KILLS; life += 1) {
      const more = 'inventory: { save_interval: 1s }';
      const processor = await startProcessor({ more, ...(folder === undefined ? {} : { folder }) });
      folder = processor.folder;
      const status = await postOtlp(processor.url, 'traces', recordedExpressShop());
      expect(status).to.equal(200);
      // At once, before anything is saved of it; or in order, which saves.
      const code = await processor.program.end(life < KILLS ? 'SIGKILL' : 'SIGTERM');
      expect(code).to.equal(life < KILLS ? null : 0);
    }
    expect(stored(folder ?? '')).to.equal(unharmed());
  });
});
