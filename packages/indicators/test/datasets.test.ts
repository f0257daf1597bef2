import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { type LocatedIndicator, recogniseBody, recogniseTarget } from '../src/index.ts';

interface Sample {
  readonly attack: boolean;
  readonly uri: string;
  readonly body?: string;
}

const DATA = new URL('../../../../shared/data/attack/', import.meta.url);

function load(name: string): Sample[] | undefined {
  const file = new URL(`${name}.jsonl.gz`, DATA);
  if (!existsSync(file)) {
    process.stderr.write(`SKIPPED: the development cases ${name} are not present\n`);
    return undefined;
  }
  const lines = gunzipSync(readFileSync(file)).toString('utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Sample);
}

/** Bodies are stored in base64; forms and JSON are parsed as a server would. */
function parsed(stored: string): unknown {
  const text = Buffer.from(stored, 'base64').toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    return /^[\w.[\]-]{1,64}=/.test(text) ? Object.fromEntries(new URLSearchParams(text)) : text;
  }
}

function signs({ uri, body }: Sample): readonly LocatedIndicator[] {
  return [...recogniseTarget(uri), ...(body === undefined ? [] : recogniseBody(parsed(body)))];
}

/** Shares of samples with any sign, and with one of high confidence. */
function rates(samples: readonly Sample[]): { readonly any: number; readonly high: number } {
  const found = samples.map(signs);
  const share = (count: number): number => count / samples.length;
  return {
    any: share(found.filter(({ length }) => length > 0).length),
    high: share(
      found.filter((list) => list.some(({ confidence }) => confidence === 'high')).length,
    ),
  };
}

/** Least share of attacks, most of benign requests: with any sign, with one of high confidence. */
const FLOORS = {
  'httpparams-train': {
    attack: { any: 0.994, high: 0.987 },
    benign: { any: 0.0001, high: 0.0001 },
  },
  'libinjection-payloads': { attack: { any: 0.981, high: 0.962 }, benign: undefined },
  'crs-regression-positive': { attack: { any: 0.43, high: 0.29 }, benign: undefined },
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
