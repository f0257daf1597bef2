/** What a running processor says of itself at `/metrics`. */

/** One sample, in the words of Prometheus. */
export interface MetricSample {
  readonly name: string;
  readonly labels: string;
  readonly value: number;
}

const SAMPLE = /^([a-z_]+)(?:\{(.*)\})? ([0-9.e+-]+)/;

/** Reads all of them, once. */
export async function scrapeMetrics(adminUrl: string): Promise<readonly MetricSample[]> {
  const text = await (await fetch(`${adminUrl}/metrics`)).text();
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = SAMPLE.exec(line) ?? [];
    return name === undefined ? [] : [{ name, labels, value: Number(value) }];
  });
}

/** The sum of all samples of a name whose labels hold a text; 0 where there is none. */
export function sampleOf(samples: readonly MetricSample[], name: string, label = ''): number {
  return samples
    .filter((sample) => sample.name === name && sample.labels.includes(label))
    .reduce((sum, { value }) => sum + value, 0);
}
