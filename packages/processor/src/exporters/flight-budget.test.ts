import { expect } from 'chai';
import fc from 'fast-check';
import { FlightBudget } from './flight-budget.ts';

const KIB = 1024;
const bounds = { concurrency: 4, batchBytesMax: 4096 * KIB };

describe('the flight budget', () => {
  it('starts small, grows with what is delivered, and ends at what the settings allow', () => {
    const budget = new FlightBudget(bounds);
    const rows = [0, 320, 20 * 100, 20 * 16 * KIB, 20 * 17 * KIB].map((kib, index, all) => {
      budget.delivered((kib - (all[index - 1] ?? 0)) * KIB);
      return [budget.bytes / KIB, budget.requestBytes / KIB];
    });
    expect(rows).to.deep.equal([
      [16, 16],
      [16, 16],
      [100, 25],
      [16_384, 4096],
      [16_384, 4096],
    ]);
  });

  it('never makes requests larger than the settings say', () => {
    const budget = new FlightBudget({ concurrency: 3, batchBytesMax: 1000 });
    expect([budget.bytes, budget.requestBytes]).to.deep.equal([16 * KIB, 1000]);
    budget.delivered(2 ** 50);
    expect([budget.bytes, budget.requestBytes]).to.deep.equal([16 * KIB, 1000]);
  });

  it('keeps what a crash at any moment repeats within a twentieth, and the least of it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 3000 * KIB }), { maxLength: 200 }),
        (sizes) => {
          const budget = new FlightBudget(bounds);
          let [delivered, flying] = [0, 0];
          for (const bytes of sizes) {
            const group = Math.min(bytes, budget.requestBytes);
            if (flying + group > budget.bytes) {
              delivered += flying;
              budget.delivered(flying);
              flying = 0;
            }
            flying += group;
            if (flying > Math.max(16 * KIB, delivered / 20)) return false;
          }
          return true;
        },
      ),
    );
  });
});
