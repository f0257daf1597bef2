/** What an event puts into the window of a correlation. */
import { amountAt, type Arrival, valuesAt } from './arrival.ts';
import type { CompiledCorrelation } from './compiled-rules.ts';
import type { Insertion } from './entry.ts';

/** None where the event lacks the value that is counted or summed; of a list one a part. */
export function insertionsOf(
  { type, inputs }: CompiledCorrelation,
  input: number,
  arrival: Arrival,
): readonly Insertion[] {
  const { entry } = arrival;
  const counted = inputs[input]?.counted ?? { from: 'nowhere' };
  if (type === 'value_count') {
    const values = [...new Set(valuesAt(counted, arrival))];
    // The event counts once, however many values it has.
    return values.map((value, part) => {
      const count = part === 0 ? entry.count : 0;
      return { ...entry, count, value, amount: count, input };
    });
  }
  if (type === 'temporal') return [{ ...entry, value: String(input), amount: entry.count, input }];
  const amount = type === 'value_sum' ? amountAt(counted, arrival) : entry.count;
  return amount === undefined ? [] : [{ ...entry, value: '', amount, input }];
}
