import { expect } from 'chai';
import fc from 'fast-check';
import { ByteReader } from '../saving/byte-reader.ts';
import { ByteWriter } from '../saving/byte-writer.ts';
import { ReadRefs, SavedRefs } from '../saving/saved-refs.ts';
import { SlidingWindow } from './sliding-window.ts';
import type { WindowSettings } from './window-settings.ts';

const SPAN_MS = 100;
const LATENESS_MS = 30;

interface Shown {
  readonly timeMs: number;
  readonly value: string;
  readonly amount: number;
}

function settingsOf(kind: WindowSettings['kind'], least: number): WindowSettings {
  const holds = (measured: number): boolean => measured >= least;
  return { kind, spanMs: SPAN_MS, latenessMs: LATENESS_MS, holds, length: 1, slotsMax: 4_096 };
}

function insert(window: SlidingWindow, { timeMs, value, amount }: Shown): boolean {
  const evidence = { traceId: String(timeMs), spanId: value, service: '' };
  return window.insert({ timeMs, firstMs: timeMs, count: 1, evidence, value, amount, input: 0 });
}

/** Instants from one on at which so much is reached, by looking at everything again for each. */
function heldFrom(shown: readonly Shown[], fromMs: number, isHeld: (seen: Shown[]) => boolean) {
  const times = [...new Set(shown.map(({ timeMs }) => timeMs))].toSorted((a, b) => a - b);
  return times.filter((at) => {
    const seen = shown.filter(({ timeMs }) => timeMs <= at && timeMs > at - SPAN_MS);
    return at >= fromMs && at < fromMs + SPAN_MS && isHeld(seen);
  });
}

function savedAndRestored(window: SlidingWindow, settings: WindowSettings): SlidingWindow {
  const writer = new ByteWriter();
  window.save(writer, new SavedRefs(writer));
  const reader = new ByteReader(writer.finish());
  const restored = new SlidingWindow(settings);
  restored.restore(reader, new ReadRefs(reader));
  reader.end();
  return restored;
}

describe('a sliding window', () => {
  const shown = fc.record({
    stepMs: fc.nat(12),
    lateMs: fc.constantFrom(0, 0, 0, 1, 7, 29),
    value: fc.nat(30).map(String),
    amount: fc.nat(9),
  });
  const measures = {
    distinct: (seen: Shown[]) => new Set(seen.map(({ value }) => value)).size,
    amount: (seen: Shown[]) => seen.reduce((sum, { amount }) => sum + amount, 0),
  };

  for (const kind of ['distinct', 'amount'] as const) {
    it(`sees what looking at everything sees, saved or not: ${kind}`, () => {
      fc.assert(
        fc.property(
          fc.array(shown, { maxLength: 60 }),
          fc.integer({ min: 1, max: 22 }),
          (rows, least) => {
            const settings = settingsOf(kind, least);
            let window = new SlidingWindow(settings);
            const kept: Shown[] = [];
            let nowMs = 0;
            for (const [index, { stepMs, lateMs, value, amount }] of rows.entries()) {
              nowMs += stepMs;
              const one = { timeMs: nowMs - lateMs, value, amount };
              expect(insert(window, one)).to.equal(true);
              kept.push(one);
              const expected = heldFrom(kept, one.timeMs, (seen) => measures[kind](seen) >= least);
              const told = window.crossings(one.timeMs).map(({ timeMs }) => timeMs);
              expect(told).to.deep.equal(expected);
              if (index % 7 !== 0) continue;
              const restored = savedAndRestored(window, settings);
              expect(restored.bytes, 'as large as before').to.equal(window.bytes);
              window = restored;
            }
          },
        ),
        { numRuns: 300 },
      );
    });
  }

  it('takes no more memory for what it once held', () => {
    const settings = settingsOf('distinct', 99);
    const [window, small] = [new SlidingWindow(settings), new SlidingWindow(settings)];
    for (let value = 0; value < 50; value += 1) {
      insert(window, { timeMs: value, value: String(value), amount: 1 });
    }
    for (const each of [window, small]) insert(each, { timeMs: 170, value: 'x', amount: 1 });
    for (let value = 41; value < 50; value += 1) {
      insert(small, { timeMs: value, value: String(value), amount: 1 });
    }
    expect(window.bytes).to.equal(small.bytes);
  });

  it('gives evidence of both ends, of each event once', () => {
    const window = new SlidingWindow(settingsOf('amount', 1));
    for (let timeMs = 0; timeMs < 90; timeMs += 1) insert(window, { timeMs, value: '', amount: 1 });
    const [crossing] = window.crossings(89);
    const traces = crossing?.evidence(4).map(({ traceId }) => traceId);
    expect(traces).to.deep.equal(['0', '1', '88', '89']);
  });
});
