import { expect } from 'chai';
import { neutralise } from './neutralise.ts';

describe('what alerts print', () => {
  for (const [what, text, printed] of [
    ['an escape sequence', 'a\u001b[2Jb', 'a\\u{1b}[2Jb'],
    ['a line break', 'a\r\nALERT b', 'a\\u{d}\\u{a}ALERT b'],
    ['a C1 control', 'a\u009bb', 'a\\u{9b}b'],
    ['text turned around', 'a\u202eb\u2066c', 'a\\u{202e}b\\u{2066}c'],
    ['what has no width', 'a\u200bb\u00adc\u2060d\ufeff', 'a\\u{200b}b\\u{ad}c\\u{2060}d\\u{feff}'],
    ['half a character', 'a\ud800b', 'a\\u{d800}b'],
  ] as const) {
    it(`shows ${what}`, () => expect(neutralise(text)).equal(printed));
  }

  it('is text of any script as it came', () => {
    const text = 'Zoë 名前 🙂 שלום ~ é';
    expect(neutralise(text)).equal(text);
  });
});
