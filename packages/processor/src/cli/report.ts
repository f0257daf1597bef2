/** `spanguard report`: what there is and what is at risk, as a file that prints, or as JSON. */
import { writeFileSync } from 'node:fs';
import { byRisk, readCatalogue } from '../apis/catalogue.ts';
import { renderReport } from '../apis/render-report.ts';
import type { StoreCommand } from './parse-store-command.ts';
import { type StoreWorld, toJson, withStore } from './store-world.ts';
import { renderFacts } from './table.ts';

const FILE = 'spanguard-report.html';

/** Exit code 1 where it cannot be written. */
export function runReport(world: StoreWorld, { service, output, isJson }: StoreCommand): number {
  return withStore(world, { readOnly: true }, (store) => {
    const { nowMs } = world;
    const { endpoints, findings } = readCatalogue(store, { service, nowMs });
    const report = {
      generated: new Date(nowMs).toISOString(),
      endpoints: byRisk(endpoints),
      findings,
    };
    if (isJson && output === undefined) {
      world.stdout(toJson(report));
      return 0;
    }
    const file = output ?? FILE;
    // For its owner alone: it says where to attack.
    writeFileSync(file, isJson ? toJson(report) : renderReport(report), { mode: 0o600 });
    const [worst] = report.endpoints;
    const most =
      worst === undefined ? '' : `${worst.method} ${worst.path} (${worst.risk.score} of 100)`;
    world.stdout(
      renderFacts([
        ['report', file],
        ['most at risk', most],
      ]),
    );
    return 0;
  });
}
