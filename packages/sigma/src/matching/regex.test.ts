import { expect } from 'chai';
import fc from 'fast-check';
import { EventList, parseRules, RowCursor, Ruleset, textSlots } from '../index.ts';
import { matcherOf } from './row-test.ts';
import { compileRegex } from './regex.ts';

/** Verdicts as PCRE2 10.42 gives them (UTF on, UCP off); pcre2pattern(3) says each. */
const TABLE: readonly (readonly [
  pattern: string,
  matched: string[],
  passedBy: string[],
  flags?: string,
])[] = [
  // Anchors and lines.
  ['\\Aadm\\Z', ['adm', 'adm\n'], ['AadmZ', 'xadm', 'adm\n\n']],
  ['\\Aadm\\z', ['adm'], ['adm\n', 'admz']],
  ['^adm$', ['adm', 'adm\n'], ['adm\nx', 'x\nadm']],
  ['^adm$', ['adm', 'adm\n', 'x\nadm\ny'], ['xadm'], 'm'],
  ['(?m)^adm$', ['x\nadm'], ['xadm']],
  ['\\Aadm$', ['adm\ny'], ['x\nadm'], 'm'],
  ['adm\\Z', ['adm\n'], ['adm\ny'], 'm'],
  ['a(b$|c)', ['ab\n', 'ac!'], ['abc']],
  // One character is one code point, and a line ends in \n alone.
  ['^.$', ['😀', '\r', '\u2028', 'x'], ['\n', '😀😀']],
  ['^.$', ['\n'], [], 's'],
  ['^(?s).(?-s).$', ['\nx'], ['x\n\n']],
  ['^\\N$', ['x'], ['\n'], 's'],
  ['^\\N{2}$', ['xy'], ['x\n\n', 'N{2}']],
  ['^[^a]$', ['😀', '\n'], ['a']],
  ['^😀{2}$', ['😀😀'], ['😀']],
  // Case.
  ['(?i)adm', ['ADM'], ['AD']],
  ['a(?i)d|m', ['aD', 'M'], ['AD']],
  ['a(?i:d)m', ['aDm'], ['ADm', 'aDM']],
  ['a(?-i:d)m', ['AdM'], ['aDm'], 'i'],
  ['^k$', ['K', '\u212a'], [], 'i'],
  ['^\\w$', ['k', 'K'], ['\u212a', 'é'], 'i'],
  ['^[\\w.é]$', ['É', 'k'], ['\u212a'], 'i'],
  ['^[^\\w.]$', ['\u212a', 'é'], ['k', '.'], 'i'],
  ['^[[:upper:]]$', ['a', 'A'], ['1', 'ſ'], 'i'],
  ['^\\p{Lu}$', ['A', 'É'], ['a'], 'i'],
  // Characters.
  ['^\\x{41}\\x41\\x{1F600}$', ['AA😀'], ['x{41}']],
  ['^\\010$', ['\b'], ['A']],
  ['^\\o{101}\\e\\a\\cA\\t\\f$', ['A\u001b\u0007\u0001\t\f'], ['']],
  ['^\\Qa.b*\\E+$', ['a.b*', 'a.b**'], ['axb*']],
  ['^\\Qa\\E\\.\\-\\_\\é$', ['a.-_é'], ['ax-_é']],
  ['^[\\Qa-\\E]$', ['a', '-'], ['b']],
  ['^a{2$', ['a{2'], ['aa']],
  // Classes.
  ['^\\h\\H$', ['\tx', '\u00a0x', '\u3000x'], ['hh', '\n\n']],
  ['^\\v\\V$', ['\nx', '\u2028x', '\rx'], ['vv']],
  ['^\\s\\S$', ['\u000bx', ' x'], ['\u00a0x']],
  ['^[\\h\\v]+$', ['\t\n '], ['hv']],
  ['^[\\H]$', ['\n'], ['\t']],
  ['^\\d$', ['1'], ['٣']],
  ['^[[:digit:]]+$', ['12'], [':d', 'a']],
  ['^[[:^digit:]x]+$', ['ax'], ['1']],
  ['^\\p{L}\\pN\\P{L}\\p{^L}$', ['é٣11'], ['p{L}', '1111']],
  ['^[]a]+[^]a]$', [']ab'], ['a]']],
  ['^[a\\b-]+$', ['a\b-'], ['b']],
  // Groups.
  ["^(?P<n>a)(?<m>b)(?'o'c)$", ['abc'], ['ab']],
  ['^a(?#one)b$', ['ab'], ['aone']],
  ['^(?:a|)b$', ['ab', 'b'], ['a']],
  ['^(?U)a+?$', ['aa'], ['b']],
];

/** What RE2 cannot run, or what releases of PCRE disagree about. */
const REFUSED: readonly (readonly [pattern: string, message: RegExp, flags?: string])[] = [
  ['a(?=b)', /character 2: looking ahead or behind/],
  ['a(?!b)', /looking ahead or behind/],
  ['(?<=a)b', /character 1: looking ahead or behind/],
  ['(?<!a)b', /looking ahead or behind/],
  ['(a)\\1', /character 4: a backreference/],
  ['(?<n>a)\\k<n>', /a backreference/],
  ['(?<n>a)(?P=n)', /a backreference/],
  ['(a)\\g{1}', /a backreference/],
  ['(?>a)', /atomic/],
  ['a++', /possessive/],
  ['(?R)', /recursion/],
  ['(a)(?1)', /recursion/],
  ['(a)?(?(1)b|c)', /conditional/],
  ['(?|a|b)', /branch reset/],
  ['(*UTF)a', /verb/],
  ['(?x)a b', /this kind of group/],
  ['(?<n>a)(?<n>b)', /two groups/],
  ['\\Ka', /\\K/],
  ['\\Ga', /\\G/],
  ['\\X', /\\X/],
  ['\\R', /\\R/],
  ['\\C', /\\C/],
  ['\\N{U+41}', /write \\x/],
  ['\\N{', /write \\x/],
  ['\\y', /\\y has no meaning/],
  ['\\u0041', /\\u has no meaning/],
  ['\\p{Greek}', /expected \\p/],
  ['\\p{Foo}', /expected \\p/],
  ['\\x{110000}', /the code of a character/],
  ['\\x{d800}', /the code of a character/],
  ['[[:nope:]]', /expected \[:/],
  ['[[.a.]]', /expected \[:/],
  ['[\\d-z]', /a range/],
  ['[z-a]', /a range/],
  ['[\\B]', /no meaning in a class/],
  ['[a', /class is not closed/],
  ['[^\\wé]', /negated class/, 'i'],
  ['(a', /not closed/],
  ['a)', /not open/],
  ['*a', /nothing to repeat/],
  ['^*a', /nothing to repeat/],
  ['a{2}{3}', /quantifier behind/],
  ['a{,3}', /write \{0,n\}/],
  ['a{1001}', /repeat/],
  ['(?:a{1000}){1000}', /repeat/],
  ['a\\', /ends in a backslash/],
  ['a$\\n', /behind a \$/],
  ['(a$|b)+', /\$ cannot be repeated/],
  ['a$|b\\z', /\\z beside/],
  ['^\\s*$', /has to follow a \^/, 'm'],
  ['x'.repeat(8_193), /at most 8192 characters/],
  ['('.repeat(100) + ')'.repeat(100), /deeper than/],
  ['.{900}.{900}.{900}.{900}.{900}', /more than 4000 instructions/],
];

/** Tries a value, and that what is said to be needed is there whenever it matches. */
function tried(pattern: string, flags: string = ''): (value: string) => boolean {
  const { matches, needs } = compileRegex(pattern, flags);
  return (value) => {
    const folded = value.toLowerCase();
    const holds = matches(value, folded);
    const texts = needs?.map(({ text }) => text) ?? [''];
    const hasOne = texts.some((text) => folded.replaceAll('ſ', 's').includes(text));
    if (holds) expect(hasOne, `${pattern} needs ${texts.join()} in ${value}`).to.equal(true);
    return holds;
  };
}

describe('compileRegex', () => {
  for (const [pattern, matched, passedBy, flags = ''] of TABLE) {
    it(`gives the verdicts of PCRE: ${JSON.stringify(pattern)} ${flags}`, () => {
      const matches = tried(pattern, flags);
      for (const text of matched) expect(matches(text), JSON.stringify(text)).to.equal(true);
      for (const text of passedBy) expect(matches(text), JSON.stringify(text)).to.equal(false);
    });
  }

  for (const [pattern, message, flags = ''] of REFUSED) {
    it(`refuses, with place and reason: ${JSON.stringify(pattern.slice(0, 40))} ${flags}`, () => {
      expect(() => compileRegex(pattern, flags)).to.throw(message);
    });
  }

  it('looks at the whole of a value, however long', () => {
    for (const length of [4_095, 4_096, 4_097, 100_000]) {
      expect(tried('evil$', '')(`${'x'.repeat(length)}evil`), String(length)).to.equal(true);
    }
  });

  it('agrees with the JavaScript engine where both mean the same', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'B', '1', '_', ' ', '\n', '😀'), {
      maxLength: 8,
    });
    const atom = fc.constantFrom(
      'a',
      'B',
      '\\d',
      '\\w',
      '\\W',
      '[ab]',
      '[^b1]',
      '[^\\n]',
      '(?:a|b1)',
      '\\b',
    );
    const part = fc.tuple(atom, fc.constantFrom('', '*', '+', '?', '{2}', '{0,2}'));
    const branch = fc.array(part, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(
        fc.array(branch, { minLength: 1, maxLength: 3 }),
        text,
        (branches, characters) => {
          const pattern = branches
            .map((parts) =>
              parts.map(([each, many]) => each + (each === '\\b' ? '' : many)).join(''),
            )
            .join('|');
          const value = characters.join('');
          expect(tried(pattern, '')(value)).to.equal(new RegExp(pattern, 'u').test(value));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('never throws anything but its own refusal, whatever the pattern', () => {
    const piece = fc.constantFrom(
      ...[
        'a',
        '(',
        ')',
        '[',
        ']',
        '^',
        '$',
        '|',
        '?',
        '*',
        '+',
        '{',
        '}',
        '1',
        ',',
        '-',
        '\\',
        ':',
      ],
      ...['(?', '\\Q', '\\E', '[:', ':]', '\\p', '\\x', '\\c', '<', '!', '=', 'i', '😀', '\ud800'],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        try {
          tried(pieces.join(''), '')('a1\n');
        } catch (error) {
          expect(String(error)).to.match(/^Error: regular expression/);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('a rule with a regular expression', () => {
  const USER = textSlots(['user.id']);
  const load = (pattern: string) => {
    const text = `title: t\nlogsource: { category: x }\ndetection:\n  s: { user.id|re: '${pattern}' }\n  condition: s\nlevel: low\n`;
    const parsed = parseRules(text, { file: 'rules/t.yaml' });
    if (!parsed.ok) throw new Error(parsed.errors.map(({ message }) => message).join('\n'));
    return Ruleset.from([parsed], { vocabulary: { fields: USER } });
  };

  it('decides in time linear in the value where a backtracking engine would never end', () => {
    const loaded = load('^(\\w+\\s?)*$');
    if (!loaded.ok) throw new Error('is refused');
    const [detection] = loaded.ruleset.detections;
    const matches = detection && matcherOf(detection.test);
    const decide = (value: string) => {
      const cursor = new RowCursor();
      cursor.open(new EventList(USER, [{ timeMs: 0, id: '', fields: { 'user.id': value } }]));
      return matches?.(cursor);
    };
    expect(decide(`${'a'.repeat(38)}!`)).to.equal(false);
    expect(decide(`${'a'.repeat(50_000)}!`)).to.equal(false);
    expect(decide('a'.repeat(38))).to.equal(true);
  });

  it('says which rule, field and character it cannot run, and why', () => {
    const loaded = load('adm(?=in)');
    expect(loaded.ok ? '' : loaded.errors[0]?.message).to.equal(
      'rules/t.yaml:4:8: rule "t": user.id|re "adm(?=in)": regular expression, character 4: looking ahead or behind is not supported, it cannot run in linear time',
    );
  });
});
