import { SeededRandom } from '@spanguard/testkit';
import { expect } from 'chai';
import { QuantileSketch } from './quantile-sketch.ts';

/** Latencies as services have them: many short, few very long. */
function latencies(count: number, seed: number): number[] {
  const random = new SeededRandom(seed);
  return Array.from(
    { length: count },
    () => 2 * Math.exp(3 * random.fraction() ** 3 + random.fraction()),
  );
}

function sketchOf(values: readonly number[]): QuantileSketch {
  const sketch = new QuantileSketch();
  for (const value of values) sketch.add(value, 1);
  return sketch;
}

describe('QuantileSketch', () => {
  const values = latencies(20_000, 1);
  const sorted = values.toSorted((a, b) => a - b);
  const sketch = sketchOf(values);

  for (const share of [0.01, 0.5, 0.9, 0.95, 0.99, 0.999, 1]) {
    it(`is right to 1 % at ${share}`, () => {
      const exact = sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
      expect(sketch.quantile(share)).to.be.closeTo(exact, exact * 0.0101);
    });
  }

  it('has no quantile of nothing', () => {
    expect(new QuantileSketch().quantile(0.5)).to.equal(undefined);
  });

  it('counts a value as often as its weight says', () => {
    const weighted = new QuantileSketch();
    weighted.add(10, 99);
    weighted.add(1000, 1);
    expect(weighted.count).to.equal(100);
    expect(weighted.quantile(0.99)).to.be.closeTo(10, 0.1);
    expect(weighted.quantile(1)).to.be.closeTo(1000, 10);
  });

  it('merges to what one would have seen', () => {
    const merged = sketchOf(values.slice(0, 7000));
    merged.merge(sketchOf(values.slice(7000)));
    expect(merged.encode()).to.deep.equal(sketch.encode());
  });

  it('is the same read back', () => {
    expect(QuantileSketch.decode(sketch.encode()).encode()).to.deep.equal(sketch.encode());
    expect(QuantileSketch.decode(new QuantileSketch().encode()).count).to.equal(0);
  });

  it('bounds what it is given, and its bins', () => {
    const wide = sketchOf([0, 1e-9, 1e300, Infinity, ...latencies(100, 2)]);
    expect(wide.bytes).to.be.at.most(1300 * 8);
    expect(wide.quantile(0)).to.be.closeTo(0.001, 0.0001);
    expect(wide.quantile(1)).to.be.closeTo(86_400_000, 864_000);
  });

  it('reads bytes that are none of its own without an error', () => {
    for (const bytes of [[1], [1, 2, 3, 4, 5], Array.from({ length: 40 }, () => 255)]) {
      expect(QuantileSketch.decode(Uint8Array.from(bytes)).count).to.equal(0);
    }
  });
});
