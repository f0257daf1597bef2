/** Which counters moved, and what they were told apart by. */
import type { Counters } from '#processor/pipeline/counters.ts';

/** Counts for components, and reads what a processor shows. */
export class MovedCounters implements Counters {
  readonly #labels = new Map<string, Set<string>>();

  add(name: string, value: number, labels: Readonly<Record<string, string>> = {}): void {
    if (value > 0) this.#note(name, Object.keys(labels));
  }

  /** Every counter of a scrape that stands above zero; names as Prometheus has them. */
  addScrape(text: string): void {
    for (const [, name = '', labels = '', value] of text.matchAll(
      /^spanguard_(\w+?)(?:_bytes)?_total\{([^}]*)\} ([\d.e+]+)/gm,
    )) {
      if (Number(value) > 0) this.#note(name, [...labels.matchAll(/(\w+)="/g)].map(labelOf));
    }
  }

  /** What a counter was told apart by; undefined where it did not move. */
  labelsOf(name: string): ReadonlySet<string> | undefined {
    return this.#labels.get(canonical(name));
  }

  #note(name: string, labels: readonly string[]): void {
    const known = this.#labels.get(canonical(name)) ?? new Set();
    for (const label of labels) if (!label.startsWith('otel_')) known.add(label);
    this.#labels.set(canonical(name), known);
  }
}

const labelOf = ([, label = '']: readonly string[]): string => label;

/** A unit that the name ends with is there once for Prometheus. */
function canonical(name: string): string {
  return name.replaceAll('.', '_').replace(/_bytes$/, '');
}
