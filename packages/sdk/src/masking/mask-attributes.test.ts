/** Every shape of attribute, both sides of each limit. */
import type { Attributes } from '@opentelemetry/api';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { createSecurityMask } from './create-security-mask.ts';
import { AttributeMasker } from './mask-attributes.ts';

const mask = createSecurityMask({}, new Uint8Array(32).fill(7));
const masker = new AttributeMasker(mask, { charsMax: 64 });
const SECRET = 'hunter2-canary';

function masked(attributes: Attributes): Attributes {
  masker.attributes(attributes);
  return attributes;
}

describe('AttributeMasker', () => {
  it('masks by key wherever the key stands', () => {
    for (const value of [SECRET, [SECRET], { inner: [{ password: SECRET }] }]) {
      expect(JSON.stringify(masked({ password: value }))).to.not.contain(SECRET);
      expect(JSON.stringify(masked({ note: { password: value } }))).to.not.contain(SECRET);
    }
  });

  it('masks passwords in free text and leaves clean text as it is', () => {
    expect(masker.text(`password=${SECRET}`)).to.not.contain(SECRET);
    expect(masker.text('GET /orders/:id')).to.equal('GET /orders/:id');
  });

  it('keeps a text of the limit and cuts a longer one, never within a character', () => {
    const keys = ['note'];
    expect(masker.value(keys[0] ?? '', 'a'.repeat(64))).to.have.length(64);
    expect(masker.value('note', 'a'.repeat(65))).to.have.length(64);
    expect(masker.value('note', `${'a'.repeat(63)}😀`)).to.equal('a'.repeat(63));
  });

  it('masks what stands across the limit whole, and cuts afterwards', () => {
    for (let before = 30; before < 64; before++) {
      const text = `${'a '.repeat(before / 2)} 4111 1111 1111 1111, and more`;
      expect(masker.text(text)).to.not.match(/(?:\d ?){9}/u);
      expect(String(masker.value('note', text))).to.not.match(/(?:\d ?){9}/u);
    }
  });

  it('reads a bounded part of a long text, and shows nothing of one that has no end in it', () => {
    expect(masker.text(`a, ${'b'.repeat(64 + 16_384)}`)).to.equal('a,');
    expect(masker.text('b'.repeat(64 + 16_384))).to.equal('b'.repeat(64));
    expect(masker.text('b'.repeat(64 + 16_385))).to.equal('[too_long]');
  });

  it('leaves numbers and booleans of no secret, and shows no bytes', () => {
    expect(masked({ size: 3, ok: true })).to.deep.equal({ size: 3, ok: true });
    expect(masked({ raw: new TextEncoder().encode(SECRET) })).to.deep.equal({ raw: '[bytes]' });
  });

  it('gives back a frozen list that is clean, and masks it all the same under another key', () => {
    const words = ['one', 'two'];
    Object.freeze(words);
    for (let time = 0; time < 2; time++) {
      expect(masker.value('words', words)).to.equal(words);
      expect(masker.value('password', words)).to.not.include('one');
    }
    const secrets = [`password=${SECRET}`];
    Object.freeze(secrets);
    for (let time = 0; time < 2; time++) {
      expect(JSON.stringify(masker.value('words', secrets))).to.not.include(SECRET);
    }
  });

  it('ends at a depth, however deep the value is', () => {
    let deep: unknown = SECRET;
    for (let level = 0; level < 10_000; level++) deep = { a: deep };
    expect(JSON.stringify(masked({ deep })))
      .to.contain('[too_deep]')
      .and.not.contain(SECRET);
  });

  it('never throws, and never lets a string above the limit pass', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.anything()), (attributes) => {
        for (const value of Object.values(masked(attributes))) {
          if (typeof value === 'string' && value.length > 64 && !value.startsWith('['))
            return false;
        }
        return true;
      }),
    );
  });
});

describe('createSecurityMask', () => {
  const key = new Uint8Array(32).fill(7);
  const plain = createSecurityMask({}, key, { plainUsers: true });

  it('names users as the policy allows, unless they are to be plain', () => {
    expect(mask.attribute('user.id', 'alice@example.com')).to.match(/^\[email:/u);
    expect(plain.attribute('user.id', 'alice@example.com')).to.equal('alice@example.com');
  });

  it('leaves e-mail addresses nowhere else, and nothing else in a user', () => {
    expect(plain.attribute('user.email', 'alice@example.com')).to.match(/^\[email:/u);
    expect(plain.attribute('note', 'alice@example.com')).to.match(/^\[email:/u);
    expect(plain.text('alice@example.com')).to.match(/^\[email:/u);
    expect(plain.target('/a?u=alice@example.com')).to.not.contain('alice');
    expect(plain.attribute('user.id', `alice password=${SECRET}`)).to.not.contain(SECRET);
    expect(plain.attribute('user.id', '4111 1111 1111 1111')).to.not.contain('1111 1111');
  });

  it('obeys what a policy says of users by name', () => {
    const redact = { keys: { redact: ['user.id'] } };
    const strict = createSecurityMask(redact, key, { plainUsers: true });
    expect(strict.attribute('user.id', 'alice@example.com')).to.equal('[redacted]');
  });
});
