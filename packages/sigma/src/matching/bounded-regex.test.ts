import { expect } from 'chai';
import fc from 'fast-check';
import { RE2JS } from 're2js';
import { boundedRegex } from './bounded-regex.ts';
import { RegexRefusal } from './pcre-escapes.ts';
import { translatePattern } from './pcre-pattern.ts';

function isBounded(pattern: string, flags = 'i'): boolean {
  return boundedRegex(pattern, flags) !== undefined;
}

/** Undefined where the pattern is refused before anybody asks about it. */
function compiledByRe2(pattern: string, flags: string): RE2JS | undefined {
  try {
    return RE2JS.compile(translatePattern(pattern, flags).source);
  } catch (error) {
    if (error instanceof RegexRefusal) return undefined;
    throw error;
  }
}

describe('boundedRegex', () => {
  it('takes what repeats nothing without end', () => {
    for (const pattern of [
      '(?:^|/)(?:users?|orders?|v\\d{1,2})/(?:\\d{1,18}|[0-9a-f]{24})(?:/|$)',
      'swagger|openapi|api-?docs?|\\.well-known/(?:openapi|api)',
      '\\.(?:php\\d?|aspx?|bak)(?:$|/|~|\\?)',
      '^a(b|c)?$',
      '[:{<\\[]',
    ]) {
      expect(isBounded(pattern), pattern).to.equal(true);
    }
  });

  it('leaves the rest to RE2: without end, of other dialects, or with too many ways', () => {
    for (const pattern of [
      ...['a*', 'a+', 'a{2,}', '(a+)+$', '(?:ab){2,3}', 'a??', 'a?+', 'a{1,2}?', 'a{1,2}+'],
      ...['a.b', '\\bword', '\\s', '(?i)a', '(?P<n>a)', '(?=a)', '(?!a)', '\\1', '\\x41', '\\Aa'],
      ...['[[:alpha:]]', '[\\s]', '\\p{L}', '\\Qa\\E', 'é', 'a)', '(a', '[a', '{2}', 'a{2}{3}'],
      '[0-9]{1,99}[0-9]{1,99}[0-9]{1,99}',
    ]) {
      expect(isBounded(pattern), pattern).to.equal(false);
    }
    expect([isBounded('a', ''), isBounded('a', 'm'), isBounded('a', 's')]).to.deep.equal([
      true,
      false,
      false,
    ]);
  });

  it('asks another for a text that is not printable ASCII', () => {
    const matches = boundedRegex('(?:^|/)k$', 'i');
    expect([matches?.('/K'), matches?.('/x')]).to.deep.equal([true, false]);
    for (const text of ['/\u212a', '/k\n', 'ſ', '\t']) expect(matches?.(text)).to.equal(undefined);
  });

  it('says what RE2 says of the translated pattern', () => {
    const atom = fc.constantFrom(
      ...[
        'a',
        'b',
        '/',
        '-',
        '\\.',
        '\\d',
        '\\w',
        '[a-c]',
        '[^/]',
        'ab',
        '^',
        '$',
        '\\?',
        '[0-9a-f]{2}',
      ],
    );
    const item = fc.tuple(atom, fc.constantFrom('', '', '', '?', '{2}', '{1,3}'));
    const sequence = fc.array(item, { minLength: 1, maxLength: 4 });
    const written = (items: [string, string][]): string =>
      items
        .map(([sign, often]) => (/^[\^$]$|.\{2\}$|^ab$/u.test(sign) ? sign : sign + often))
        .join('');
    const alternatives = fc
      .array(sequence.map(written), { minLength: 1, maxLength: 3 })
      .map((branches) => `(?:${branches.join('|')})`);
    const pattern = fc.tuple(alternatives, fc.constantFrom('', '?'), sequence.map(written));
    const text = fc.string({
      unit: fc.constantFrom(...Array.from('abcdABC019/-._? ')),
      maxLength: 12,
    });
    fc.assert(
      fc.property(pattern, fc.constantFrom('', 'i'), text, ([first, often, last], flags, value) => {
        const source = first + often + last;
        const matches = boundedRegex(source, flags);
        if (matches === undefined) return;
        const linear = compiledByRe2(source, flags);
        if (linear === undefined) return;
        expect(matches(value), `${source} ${flags} ${JSON.stringify(value)}`).to.equal(
          linear.test(value),
        );
      }),
      { numRuns: 3_000 },
    );
  });
});
