/** Recall and precision on the synthetic texts of presidio-research (MIT), where they are present. */
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { compilePolicy } from '../src/index.ts';

const FILE = new URL(
  '../../../../shared/data/redaction/presidio-synth-v2.jsonl.gz',
  import.meta.url,
);
/** Least share found of each type. The rest are lower-case account numbers and 12 digits without a check. */
const RECALL_MIN: Readonly<Record<string, number>> = { pan: 0.99, email: 1, us_ssn: 1, iban: 0.95 };

interface Labelled {
  readonly text: string;
  readonly spans: readonly {
    readonly type: string;
    readonly start: number;
    readonly end: number;
  }[];
}

describe('on presidio’s texts redaction', () => {
  it('finds what it looks for and leaves the rest', function () {
    if (!existsSync(FILE)) {
      // oxlint-disable-next-line no-console -- a skipped test says why, where it is seen
      console.warn(`      no development data at ${FILE.pathname}: skipped`);
      this.skip();
    }
    const policy = compilePolicy();
    const lines = gunzipSync(readFileSync(FILE)).toString().trim().split('\n');
    const seen: Record<string, number> = {};
    const found: Record<string, number> = {};
    for (const line of lines) {
      const { text, spans } = JSON.parse(line) as Labelled;
      const bytes = Buffer.from(text);
      const verdict = policy.decide(bytes, { start: 0, end: bytes.length }, 0);
      const edits = verdict.kind === 'edit' ? verdict.edits : [];
      const places = edits.map(({ start, end }) => ({
        start: characters(bytes, start),
        end: characters(bytes, end),
      }));
      for (const { type, start, end } of spans) {
        seen[type] = (seen[type] ?? 0) + 1;
        const isFound = places.some((place) => place.start <= start && place.end >= end);
        if (isFound) found[type] = (found[type] ?? 0) + 1;
      }
      const extra = places.filter(
        (place) => !spans.some(({ start, end }) => start < place.end && end > place.start),
      );
      expect(extra, text).to.deep.equal([]);
    }
    for (const [type, share] of Object.entries(RECALL_MIN)) {
      expect((found[type] ?? 0) / (seen[type] ?? 0), type).to.be.at.least(share);
    }
  });
});

/** Code points before a byte. */
function characters(bytes: Buffer, at: number): number {
  return Array.from(bytes.toString('utf8', 0, at)).length;
}
