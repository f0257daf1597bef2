import { expect } from 'chai';
import { shownPath, shownValue, withoutQuotations } from './shown-value.ts';

describe('shownValue', () => {
  it('masks what is sensitive and quotes the rest', () => {
    expect(shownValue('hippa')).to.equal('"hippa"');
    expect(shownValue('password=hunter2')).to.equal('"password=[password]"');
  });

  it('shows scheme and host of an address alone', () => {
    expect(shownValue('https://u:p@host.example/path?a=b')).to.equal('"https://…@host.example…"');
    expect(shownValue('u:p@host.example')).to.equal('"…@host.example"');
  });

  it('shows 80 characters, and none of a text longer than 4096', () => {
    expect(shownValue('ab '.repeat(26) + 'ab')).to.equal(`"${'ab '.repeat(26)}ab"`);
    expect(shownValue('ab '.repeat(27))).to.equal(`"${'ab '.repeat(26)}ab…"`);
    expect(shownValue('x'.repeat(4097))).to.equal('a text of 4097 characters');
  });
});

describe('shownPath', () => {
  it('shows names, and masks what is none', () => {
    expect(shownPath(['keys', 'keep'])).to.equal('keys.keep');
    expect(shownPath(['keys', 'password: hunter2'])).to.equal('keys."password: [password]"');
  });
});

describe('withoutQuotations', () => {
  it('takes out what a parser quotes', () => {
    expect(withoutQuotations('Unexpected "a\\"b" at "c')).to.equal('Unexpected "…" at "…"');
  });
});
