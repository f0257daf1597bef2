import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import type { Request } from './accuracy/placed.ts';
import { signsIn, Tallies } from './accuracy/recall.ts';

interface Sample {
  /** The family of the attack. */
  readonly class: string;
  readonly attack: boolean;
  readonly uri: string;
  readonly headers?: readonly (readonly [string, string])[];
  /** In base64. */
  readonly body?: string;
}

const DATA = new URL('../../../../shared/data/attack/', import.meta.url);

function load(name: string): Sample[] | undefined {
  const file = new URL(`${name}.jsonl.gz`, DATA);
  if (!existsSync(file)) return undefined;
  const lines = gunzipSync(readFileSync(file)).toString('utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Sample);
}

/** As Node gives a request to an application, its body not parsed. */
function requestOf({ uri, headers = [], body }: Sample): Request {
  const byName: Record<string, string> = Object.create(null);
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    byName[key] = byName[key] === undefined ? value : `${byName[key]}, ${value}`;
  }
  const bytes = body === undefined ? undefined : Buffer.from(body, 'base64');
  return { target: uri, headers: byName, body: bytes };
}

/** Shares of samples with any sign, and with one of high confidence; told by family as well. */
function rates(samples: readonly Sample[]): { readonly any: number; readonly high: number } {
  const [all, families] = [new Tallies(), new Tallies()];
  for (const sample of samples) {
    const signs = signsIn(requestOf(sample));
    all.note('all', signs);
    families.note(sample.class, signs);
  }
  const percent = (part: number, count: number): string => ((100 * part) / count).toFixed(1);
  for (const [name, { count, any, high }] of families.rows) {
    const shares = `high ${percent(high, count)} %, any ${percent(any, count)} %`;
    process.stderr.write(`        ${name.padEnd(16)} ${count}: ${shares}\n`);
  }
  const { count, any, high } = all.rows[0]?.[1] ?? { count: 1, any: 0, high: 0 };
  return { any: any / count, high: high / count };
}

/** Least share of attacks, most of benign requests: with any sign, with one of high confidence. */
const FLOORS = {
  'httpparams-train': {
    attack: { any: 0.994, high: 0.987 },
    benign: { any: 0.0001, high: 0.0001 },
  },
  'libinjection-payloads': { attack: { any: 0.981, high: 0.962 }, benign: undefined },
  'crs-regression-positive': { attack: { any: 0.54, high: 0.37 }, benign: undefined },
} as const;

describe('the recognisers, on development cases', () => {
  for (const [name, { attack, benign }] of Object.entries(FLOORS)) {
    it(`find attacks and let pass what is none: ${name}`, function () {
      const samples = load(name);
      if (samples === undefined) {
        process.stderr.write(`SKIPPED: the development cases ${name} are not present\n`);
        return this.skip();
      }
      const attacks = rates(samples.filter((sample) => sample.attack));
      process.stderr.write(`        ${name}: attacks ${JSON.stringify(attacks)}\n`);
      expect(attacks.any).to.be.above(attack.any);
      expect(attacks.high).to.be.above(attack.high);
      if (benign === undefined) return undefined;
      const quiet = rates(samples.filter((sample) => !sample.attack));
      process.stderr.write(`        ${name}: benign ${JSON.stringify(quiet)}\n`);
      expect(quiet.any).to.be.below(benign.any);
      expect(quiet.high).to.be.below(benign.high);
      return undefined;
    });
  }
});
