/**
 * Every pattern takes steps in proportion to its text: what it repeats is bounded, so that from each place it
 * looks at a bounded stretch. The time is shown by bench/linear.bench.ts, which no test depends on.
 */
import { expect } from 'chai';
import { AGENT_RULES, VALUE_RULES } from '../src/all-rules.ts';

/** Each of these stands behind a word with a sign that the repeated class lacks: it begins once a word. */
const UNBOUNDED_BEHIND_A_WORD = [
  'attack_tool.canary',
  'cmdi.bare_command',
  'cmdi.java_gadget_name',
  'cmdi.substitution',
  'sensitive_file.php_handler',
  'sqli.char_building',
  'sqli.stacked',
  'sqli.statement',
  'sqli.time_delay',
  'xss.script_uri',
];
const TOKENS = /\\.|\[(?:\\.|[^\]\\])*\]|\{\d+,\d*\}|[\s\S]/g;

/** Repetitions without an upper bound: of a group, which may repeat in itself, and of a single class. */
function unbounded(pattern: RegExp): { readonly groups: number; readonly classes: number } {
  const tokens = pattern.source.match(TOKENS) ?? [];
  const found = { groups: 0, classes: 0 };
  for (const [at, token] of tokens.entries()) {
    if (token !== '*' && token !== '+' && !/^\{\d+,\}$/.test(token)) continue;
    if (tokens[at - 1] === ')') found.groups += 1;
    else found.classes += 1;
  }
  return found;
}

describe('what patterns repeat', () => {
  const patterns = [...VALUE_RULES, ...AGENT_RULES].flatMap(({ id, pattern }) =>
    pattern === undefined ? [] : [{ id, ...unbounded(pattern) }],
  );
  it('without a bound is never a group', () => {
    expect(patterns.filter(({ groups }) => groups > 0)).to.deep.equal([]);
  });
  it('without a bound begins behind a word', () => {
    const ids = patterns.filter(({ classes }) => classes > 0).map(({ id }) => id);
    expect(ids).to.have.members(UNBOUNDED_BEHIND_A_WORD);
  });
});
