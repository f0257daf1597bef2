/** The rules of the SigmaHQ collection, where it is present. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SeededRandom } from '@spanguard/testkit';
import { expect } from 'chai';
import type { CompiledDetection } from '../src/correlating/compiled-rules.ts';
import { MatchingRules } from '../src/finding/matching-rules.ts';
import { RuleFinder } from '../src/finding/rule-finder.ts';
import { matcherOf } from '../src/matching/row-test.ts';
import { STRETCH_ROWS_MAX } from '../src/rows/row-set.ts';
import {
  EventList,
  fieldsOfRules,
  parseRules,
  type PlainEvent,
  RowCursor,
  Ruleset,
  textSlots,
} from '../src/index.ts';

const SIGMAHQ = fileURLToPath(
  new URL('../../../../shared/data/sigma/sigmahq-rules.tar.gz', import.meta.url),
);
const SEED = 8;
const ROWS = 1_200;

describe('the SigmaHQ collection', () => {
  let files: readonly { readonly file: string; readonly text: string }[] = [];

  before(function () {
    if (!existsSync(SIGMAHQ)) {
      process.stderr.write('SKIPPED: the SigmaHQ collection is not present\n');
      this.skip();
    }
    const folder = mkdtempSync(join(tmpdir(), 'sigmahq-'));
    spawnSync('tar', ['xzf', SIGMAHQ, '-C', folder]);
    files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.yml'))
      .map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') }));
    rmSync(folder, { recursive: true });
  });

  it('parses and compiles, nearly every rule, and each is found where it matches', () => {
    const parsed = files.flatMap(({ file, text }) => {
      const result = parseRules(text, { file });
      return result.ok ? [result] : [];
    });
    const fields = textSlots(fieldsOfRules(parsed));
    const compiled = parsed.flatMap((each) => {
      const result = Ruleset.from([each], { vocabulary: { fields } });
      return result.ok ? [result.ruleset] : [];
    });
    expect(files.length).to.be.above(3000);
    expect(compiled.length / files.length).to.be.above(0.99);
    const rules = compiled.flatMap(({ detections }) => detections);
    const tests = rules.map(({ test }) => test);
    const finder = new RuleFinder(tests.map(({ requires }) => requires));
    expect(finder.alwaysCount, 'rules that are tried on every event').to.be.below(20);
    const matching = new MatchingRules(tests);
    const matchers = tests.map(matcherOf);
    const cursor = new RowCursor();
    const rows = new EventList(fields, matchingEvents(rules, [...fields.keys()]));
    let [matches, tried] = [0, 0];
    const found: number[] = [];
    cursor.open(rows);
    for (let first = 0; first < rows.count; first += STRETCH_ROWS_MAX) {
      cursor.look(first, Math.min(STRETCH_ROWS_MAX, rows.count - first));
      finder.find(cursor, found);
      for (let row = 0; row < cursor.rows; row += 1) {
        for (const rule of found) if (finder.rowsOf(rule).has(row)) tried += 1;
      }
      matching.decide(cursor);
      for (; cursor.row < first + cursor.rows; cursor.row += 1) {
        const expected = [...rules.keys()].filter((rule) => matchers[rule]?.(cursor));
        matches += expected.length;
        expect(matching.of(cursor.row - first), `seed ${SEED}, row ${cursor.row}`).to.deep.equal(
          expected,
        );
      }
    }
    expect(matches).to.be.above(ROWS / 2);
    expect(tried / ROWS, 'rules tried on an event').to.be.below(50);
  });
});

/** Events that have what a rule requires, each of one that is drawn. */
function matchingEvents(
  rules: readonly CompiledDetection[],
  names: readonly string[],
): readonly PlainEvent[] {
  const random = new SeededRandom(SEED);
  return Array.from({ length: ROWS }, (_, row) => {
    const fields: Record<string, string> = {};
    const rule = random.pick(rules);
    for (const [clue] of rule.test.requires) {
      if (clue?.kind !== 'text' || clue.column === 'any') continue;
      const name = names[clue.column] ?? '';
      fields[name] = (fields[name] ?? '') + clue.literal.text;
    }
    return { timeMs: row, id: String(row), fields };
  });
}
