/** The rules of the SigmaHQ collection, where it is present. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SeededRandom } from '@spanguard/testkit';
import { expect } from 'chai';
import type { CompiledDetection } from '../src/correlating/compiled-rules.ts';
import { RuleFinder } from '../src/finding/rule-finder.ts';
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
const ROWS = 300;

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
    const finder = new RuleFinder(rules.map(({ requires }) => requires));
    expect(finder.alwaysCount, 'rules that are tried on every event').to.be.below(20);
    const cursor = new RowCursor();
    const rows = new EventList(fields, matchingEvents(rules, [...fields.keys()]));
    cursor.open(rows);
    let [matches, tried] = [0, 0];
    for (; cursor.row < rows.count; cursor.row += 1) {
      const found: number[] = [];
      finder.find(cursor, found);
      tried += found.length;
      const matching = [...rules.keys()].filter((rule) => rules[rule]?.matches(cursor));
      matches += matching.length;
      expect(found, `seed ${SEED}, row ${cursor.row}`).to.include.members(matching);
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
    for (const [clue] of rule.requires) {
      if (clue?.kind !== 'text' || clue.column === 'any') continue;
      const name = names[clue.column] ?? '';
      fields[name] = (fields[name] ?? '') + clue.literal.text;
    }
    return { timeMs: row, id: String(row), fields };
  });
}
