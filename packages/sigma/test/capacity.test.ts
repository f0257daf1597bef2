/** What many entities take, and who stays when there is no room for all. */
import { expect } from 'chai';
import { CorrelationEngine, EventList } from '../src/index.ts';
import { COUNT, engineOf, event, FIELDS } from './engine-fixtures.ts';

const ENTITIES = 100_000;
const ONE_SHOTS = 50_000;
const BATCH = 1_000;
const START_MS = 1.7e12;
const DEFAULT_BYTES_MAX = 256 * 1024 * 1024;

interface Addresses {
  readonly count: number;
  readonly name: string;
  /** Shows each so manieth only. */
  readonly every?: number;
  readonly atMs: number;
}

/** Shows an event of each of some addresses; gives how often something was told. */
function show(engine: CorrelationEngine, { count, name, every = 1, atMs }: Addresses): number {
  let told = 0;
  for (let from = 0; from < count; from += BATCH) {
    const list = new EventList(FIELDS);
    for (let index = from; index < Math.min(count, from + BATCH); index += every) {
      const ip = `${name}${String(index).padStart(6, '0')}`;
      list.add(event(START_MS + atMs, { ip, id: `${ip} ${atMs}` }));
    }
    told += engine.observe(list).filter(({ rule }) => rule.name === 'it').length;
  }
  return told;
}

const VICTIMS = { name: '198.51.100.' } as const;

/** Two of three refused logins of each victim; their ids are long forgotten. */
function withVictims(count: number, groupBytesMax: number): CorrelationEngine {
  const engine = engineOf(COUNT, { groupBytesMax, idsMax: 1_000 });
  for (const atMs of [0, 1]) show(engine, { ...VICTIMS, count, atMs });
  return engine;
}

describe('a hundred thousand entities', () => {
  it('take well below the default budget, and stay through a flood of addresses near its limit', () => {
    const thousand = withVictims(1_000, DEFAULT_BYTES_MAX).stats().groupBytes;
    const room = (thousand * ENTITIES) / 1_000;
    expect(room).to.be.below(DEFAULT_BYTES_MAX / 2);
    const bytesMax = Math.ceil(room * 1.05);
    const engine = withVictims(ENTITIES, bytesMax);
    expect(engine.stats()).to.include({ groups: ENTITIES, groupBytes: room, evictedGroups: 0 });
    show(engine, { count: ONE_SHOTS, name: '203.0.113.', atMs: 2 });
    const { evictedGroups, groupBytes, groups } = engine.stats();
    expect(groupBytes).to.be.at.most(bytesMax);
    expect(groups + evictedGroups, 'each that left is counted').to.equal(ENTITIES + ONE_SHOTS);
    expect(evictedGroups, 'the flood did not fit').to.be.above(ONE_SHOTS / 2);
    // The third event of every tenth is what there is room for.
    const tenth = { ...VICTIMS, count: ENTITIES, every: 10, atMs: 3 };
    expect(show(engine, tenth), 'none of their windows left').to.equal(ENTITIES / 10);
  });
});
