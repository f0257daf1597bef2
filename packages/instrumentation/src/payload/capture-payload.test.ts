/** What is shown of a payload is masked, bounded, harmless, and costs no application code. */
import { expect } from 'chai';
import * as fc from 'fast-check';
import type { SecurityMask } from '../runtime/security-runtime.ts';
import { boundedCopy } from './bounded-copy.ts';
import { capturePayload, cutToBytes, isTextual, payloadBytesHardMax } from './capture-payload.ts';

const mask: SecurityMask = {
  text: (text) => text.replaceAll(/"password":"[^"]*"/gu, '"password":"***"'),
  target: (target) => target,
  attribute: (_key, value) => value,
};

function shows(payload: unknown, expected: string | undefined, bytesMax = 1000): void {
  expect(capturePayload(payload, mask, bytesMax)).to.equal(expected);
}

describe('capturePayload', () => {
  it('shows parsed objects as masked JSON and text as it is', () => {
    shows({ user: 'a', password: 'secret' }, '{"user":"a","password":"***"}');
    shows('plain', 'plain');
    shows([1, null, true, 'x'], '[1,null,true,"x"]');
  });

  it('shows nothing where there is nothing to show', () => {
    for (const none of [undefined, null, {}, [], '', 7, Buffer.from('x'), new Uint8Array(3)]) {
      shows(none, undefined);
    }
    shows({ a: 1 }, undefined, 0);
  });

  it('neutralises what JSON leaves as it is, and stays JSON', () => {
    shows({ a: 'x\u202ey\u001b[1m' }, String.raw`{"a":"x\u202ey\u001b[1m"}`);
  });

  it('keeps what fits and marks what was cut, on both sides of the limit', () => {
    shows('x'.repeat(40), 'x'.repeat(40), 40);
    expect(capturePayload(`${'a,'.repeat(20)}b`, mask, 40)).to.match(/^(?:a,)+\.\.\.truncated$/u);
    expect(capturePayload('ä'.repeat(21), mask, 40)).to.match(/^ä{14}\.\.\.truncated$/u);
  });

  it('never asks for more than the hard limit', () => {
    const shown = capturePayload('a,'.repeat(100_000), mask, 1_000_000);
    expect(Buffer.byteLength(shown ?? '')).to.be.at.most(payloadBytesHardMax);
  });

  it('never shows half a secret at a cut', () => {
    const secret = 'eyJhbGciOiJIUzI1NiJ9'.repeat(20);
    for (let before = 900; before < 1100; before += 7) {
      const shown = capturePayload({ note: `${'w, '.repeat(before / 3)}${secret}` }, mask, 4096);
      expect(shown).to.not.include('eyJhbGciOi');
    }
  });

  it('is bounded and well-formed for every JSON value', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 20 }),
        fc.integer({ min: 20, max: 300 }),
        (value, max) => {
          const shown = capturePayload(value, mask, max);
          if (shown === undefined) return;
          expect(Buffer.byteLength(shown)).to.be.at.most(max);
          expect(Buffer.from(shown).toString()).to.equal(shown);
        },
      ),
    );
  });
});

describe('boundedCopy', () => {
  it('runs no code of the application', () => {
    const hostile = {
      get secret(): string {
        throw new Error('ran');
      },
      toJSON: (): never => {
        throw new Error('ran');
      },
    };
    expect(boundedCopy({ hostile, when: new Date(0) }, { charsMax: 100 }).value).to.deep.equal({
      hostile: '[object]',
      when: '1970-01-01T00:00:00.000Z',
    });
  });

  it('survives cycles, depth, width and odd values', () => {
    const cycle: Record<string, unknown> = { big: 10n, nothing: undefined, call: () => 1 };
    cycle['self'] = cycle;
    let deep: unknown = 'end';
    for (let i = 0; i < 100_000; i++) deep = [deep];
    for (const value of [cycle, deep, Array(100_000).fill('x'), Object.fromEntries(entries())]) {
      const { value: copied, truncated } = boundedCopy(value, { charsMax: 2000 });
      expect(truncated).to.equal(true);
      expect(JSON.stringify(copied).length).to.be.below(20_000);
    }
  });

  it('keeps a key called __proto__ a key', () => {
    const { value } = boundedCopy(JSON.parse('{"__proto__":{"x":1}}'), { charsMax: 100 });
    expect(JSON.stringify(value)).to.equal('{"__proto__":{"x":1}}');
    expect(({} as Record<string, unknown>)['x']).to.equal(undefined);
  });
});

function entries(): [string, number][] {
  return Array.from({ length: 5000 }, (_, i) => [`key${i}`, i]);
}

describe('cutToBytes', () => {
  it('cuts where no character goes on', () => {
    expect(cutToBytes('aä', 2)).to.equal('a');
    expect(cutToBytes('aä', 3)).to.equal('aä');
    expect(cutToBytes('a\\u001b', 5)).to.equal('a');
    expect(cutToBytes('x', 0)).to.equal('');
  });
});

describe('isTextual', () => {
  it('takes text, JSON, XML and forms, and refuses files', () => {
    const textual = ['text/plain', 'application/json; charset=utf-8', 'application/problem+json'];
    textual.push('application/x-www-form-urlencoded', 'application/xml');
    for (const type of [undefined, ...textual]) expect(isTextual(type), type).to.equal(true);
    const binary = ['image/png', 'application/octet-stream', 'multipart/form-data', '', 7];
    for (const type of binary) expect(isTextual(type), String(type)).to.equal(false);
  });
});
