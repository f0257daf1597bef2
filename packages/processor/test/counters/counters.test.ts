/** Every counter of the catalogue is moved by something that happens: one without a scenario fails here. */
import { expect } from 'chai';
import { COUNTER_NAMES, type CounterName, COUNTERS } from '#processor/pipeline/catalogue.ts';
import { ALERT_SCENARIOS } from './alert-scenarios.ts';
import { INVENTORY_SCENARIOS } from './inventory-scenarios.ts';
import { MovedCounters } from './moved-counters.ts';
import { PART_SCENARIOS } from './part-scenarios.ts';
import { type RunningHere, runHere, scratchFolder } from './running-here.ts';
import type { Scenario } from './scenario.ts';
import { TELEMETRY_SCENARIOS } from './telemetry-scenarios.ts';

const SCENARIOS = [
  ...TELEMETRY_SCENARIOS,
  ...ALERT_SCENARIOS,
  ...PART_SCENARIOS,
  ...INVENTORY_SCENARIOS,
];

/** Lets it happen, and gives what moved. */
async function happened({ happen }: Scenario): Promise<MovedCounters> {
  const counters = new MovedCounters();
  const folder = scratchFolder();
  const running: RunningHere[] = [];
  try {
    await happen({
      counters,
      folder: folder.path,
      run: async (...config) => {
        const processor = await runHere(folder.path, config);
        running.push(processor);
        const stop = async (): Promise<void> => {
          counters.addScrape(await processor.scrape());
          running.splice(running.indexOf(processor), 1);
          await processor.stop();
        };
        return { ...processor, stop };
      },
    });
    for (const processor of running) counters.addScrape(await processor.scrape());
  } finally {
    for (const processor of running) await processor.stop();
    folder.remove();
  }
  return counters;
}

describe('the counters', () => {
  for (const scenario of SCENARIOS) {
    it(`tell of ${scenario.name}: ${scenario.moves.join(', ')}`, async () => {
      const moved = await happened(scenario);
      for (const name of scenario.moves) {
        expect([...(moved.labelsOf(name) ?? ['did not move'])], name).to.have.members([
          ...COUNTERS[name].labels,
        ]);
      }
    });
  }

  it('are each moved by one of these scenarios, and by one alone', () => {
    const moved: readonly CounterName[] = SCENARIOS.flatMap(({ moves }) => moves);
    expect(moved).to.have.members([...COUNTER_NAMES]);
  });
});
