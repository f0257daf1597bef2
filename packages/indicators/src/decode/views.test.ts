import { expect } from 'chai';
import { assert, constantFrom, property, string } from 'fast-check';
import { DEFAULT_LIMITS } from '../limits.ts';
import { base64Text } from './base64.ts';
import { escapeDecode, htmlDecode } from './markup.ts';
import { urlDecode } from './url.ts';
import { mayDecode, views } from './views.ts';

const texts = (value: string): string[] =>
  views(value, 'query', DEFAULT_LIMITS).map(({ text }) => text);

describe('views', () => {
  it('undoes URL encoding twice, and no third time', () => {
    expect(texts('%253Cb%253E')).to.include('<b>');
    expect(texts('%2525253Cb')).to.not.include('<b');
  });
  it('follows chains of different decodings and names them', () => {
    const hidden = Buffer.from('%3Cscript%3E').toString('base64');
    const found = views(hidden, 'query', DEFAULT_LIMITS).find(({ text }) => text === '<script>');
    expect(found?.decoding).to.deep.equal(['base64', 'url']);
  });
  it('stays within its bound for any text', () => {
    assert(
      property(string({ unit: constantFrom('%', '2', '5', '&#', '\\x', 'A', ';') }), (text) => {
        expect(views(text, 'query', DEFAULT_LIMITS).length).to.be.at.most(DEFAULT_LIMITS.viewsMax);
      }),
    );
  });
  it('has something to decode wherever mayDecode says no', () => {
    assert(
      property(string({ unit: 'binary-ascii' }), (text) => {
        if (!mayDecode(text)) expect(texts(text)).to.deep.equal([text]);
      }),
    );
  });
});

describe('urlDecode', () => {
  it('reads UTF-8, overlong forms, %u and stray bytes', () => {
    expect(urlDecode('%C3%A9')).to.equal('é');
    expect(urlDecode('%c0%ae')).to.equal('.');
    expect(urlDecode('%u003c')).to.equal('<');
    expect(urlDecode('100%')).to.equal('100%');
    expect(urlDecode('%ff')).to.equal('\u00ff');
  });
  it('is the inverse of encodeURIComponent', () => {
    assert(
      property(string({ unit: 'grapheme' }), (text) => {
        expect(urlDecode(encodeURIComponent(text))).to.equal(text);
      }),
    );
  });
});

describe('base64Text', () => {
  it('reads printable text in both alphabets', () => {
    expect(base64Text('PHNjcmlwdD4=')).to.equal('<script>');
    expect(base64Text('Pz8-Pz8_')).to.equal('??>??\u003f');
  });
  it('leaves binary and words alone', () => {
    expect(base64Text('AAECAwQFBgc=')).to.equal(undefined);
    expect(base64Text('information')).to.equal(undefined);
    expect(base64Text('abc')).to.equal(undefined);
  });
});

describe('htmlDecode and escapeDecode', () => {
  it('read entities and escapes', () => {
    expect(htmlDecode('&lt;&#x3c;&#60;&colon;')).to.equal('<<<:');
    expect(htmlDecode('AT&T &nosuch;')).to.equal('AT&T &nosuch;');
    expect(escapeDecode('\\u003c\\x3c\\u{3c}\\074')).to.equal('<<<<');
  });
});
