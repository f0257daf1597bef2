import type { EngineStats } from '@spanguard/sigma';
import { expect } from 'chai';
import { EngineCounters } from './engine-counters.ts';

const NOTHING: EngineStats = {
  events: 0,
  late: 0,
  repeated: 0,
  ungrouped: 0,
  forgottenIds: 0,
  thinned: 0,
  evictedGroups: 0,
  groups: 0,
  groupBytes: 0,
};

describe('the counters of an engine', () => {
  const cases: readonly [figure: keyof EngineStats, counter: string][] = [
    ['late', 'correlation.late'],
    ['repeated', 'correlation.repeated'],
    ['ungrouped', 'correlation.ungrouped'],
    ['thinned', 'correlation.thinned'],
    ['evictedGroups', 'correlation.evicted'],
    ['forgottenIds', 'correlation.forgotten_ids'],
  ];
  for (const [figure, counter] of cases) {
    it(`move by what came since: ${counter}`, () => {
      const added: (readonly [string, number])[] = [];
      const counters = new EngineCounters({ add: (name, value) => void added.push([name, value]) });
      counters.count(NOTHING);
      added.splice(0);
      for (const total of [3, 3, 10]) counters.count({ ...NOTHING, [figure]: total });
      expect(added).to.deep.equal([
        [counter, 3],
        [counter, 7],
      ]);
    });
  }
});
