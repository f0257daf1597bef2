/** Names beside their values in attributes and bodies: what goes here is what goes in the processor, and in text. */
import type { AnyValue, Attributes } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { createSecurityMask } from './create-security-mask.ts';
import { AttributeMasker } from './mask-attributes.ts';
import { maskResource } from './mask-resource.ts';

const key = new Uint8Array(32).fill(7);
const mask = createSecurityMask({}, key);
const masker = new AttributeMasker(mask);

function masked(value: AnyValue): unknown {
  return JSON.parse(JSON.stringify(masker.value('note', value)));
}

function maskedAttributes(attributes: Attributes): unknown {
  masker.attributes(attributes);
  return attributes;
}

describe('names beside their values in an application', () => {
  const cases: readonly (readonly [AnyValue, AnyValue])[] = [
    [
      ['node', '--password', 'hunter2', '--token=y', '-v', 'shop'],
      ['node', '--password', '[password]', '--token=[token]', '-v', 'shop'],
    ],
    [
      ['authorization', 'Bearer x1', 'accept', '*/*'],
      ['authorization', 'Bearer [credentials]', 'accept', '*/*'],
    ],
    [
      [
        ['password', 'correcthorse'],
        ['user', 'alice'],
      ],
      [
        ['password', '[password]'],
        ['user', 'alice'],
      ],
    ],
    [
      [
        { name: 'password', value: 'x' },
        { name: 'user', value: 'y' },
      ],
      [
        { name: 'password', value: '[password]' },
        { name: 'user', value: 'y' },
      ],
    ],
    [
      { value: 'x', name: 'password' },
      { value: '[password]', name: 'password' },
    ],
    [
      { name: 'pin', value: 1234 },
      { name: 'pin', value: '[pin]' },
    ],
    [
      { name: 'password', value: ['y', 7, true] },
      { name: 'password', value: ['[password]', '[password]', true] },
    ],
    [{ password: { old: ['x'] } }, { password: { old: ['[password]'] } }],
  ];
  for (const [value, expected] of cases) {
    it(`say what they are: ${JSON.stringify(value)}`, () => {
      expect(masked(value)).to.deep.equal(expected);
      expect(masked(expected), 'a second time').to.deep.equal(expected);
    });
  }

  const clean: readonly AnyValue[] = [
    ['--verbose', 'shop'],
    ['password', 'email'],
    ['--password', '--verbose'],
    ['psql', '--no-password', 'db'],
    ['authorization', 'x-api-key', 'x-b3-traceid'],
    { name: 'user', value: 'x' },
    { name: 'password', value: 'must be at least 8 characters' },
    { a: { name: 'password' }, value: 'x' },
    [{ name: 'password' }, { value: 'x' }],
  ];
  for (const value of clean) {
    it(`say nothing of others: ${JSON.stringify(value)}`, () =>
      expect(masked(value)).to.deep.equal(value));
  }

  it('stand among attributes, but not where each has a namespace of its own', () => {
    expect(maskedAttributes({ 'a.b': 'c', value: 'x', name: 'password' })).to.deep.equal({
      'a.b': 'c',
      value: '[password]',
      name: 'password',
    });
    const flag = { 'feature_flag.key': 'new_password', 'feature_flag.result.value': 'on' };
    expect(maskedAttributes({ ...flag })).to.deep.equal(flag);
  });

  it('change nothing in a list a user keeps, and go where he drops what is around them', () => {
    const args = ['--password', 'x'];
    const keeping = new AttributeMasker(createSecurityMask({ keys: { keep: ['note'] } }, key));
    expect(keeping.value('note', args)).to.equal(args);
    const dropping = new AttributeMasker(createSecurityMask({ keys: { drop: ['note'] } }, key));
    expect(JSON.stringify(dropping.value('note', { a: 'x', b: [{ c: 'y' }] }))).to.not.match(
      /"[xy]"/,
    );
  });

  it('are looked for in a resource, whether its attributes are known or still awaited', async () => {
    const args = ['node', '--pass', 'hunter2', '--db-password', 'hunter3', 'shop'];
    const resource = maskResource(
      resourceFromAttributes({
        'process.command_args': Promise.resolve(args),
        'container.command_args': args,
        'process.command_line': 'node --pass hunter2 --db-password hunter3 shop',
      }),
      masker,
    );
    await resource.waitForAsyncAttributes?.();
    const expected = ['node', '--pass', '[password]', '--db-password', '[password]', 'shop'];
    expect(resource.attributes['process.command_args']).to.deep.equal(expected);
    expect(resource.attributes['container.command_args']).to.deep.equal(expected);
    expect(resource.attributes['process.command_line']).to.equal(expected.join(' '));
  });

  it('give the same verdicts in structure as in text', () => {
    const word = fc.constantFrom(
      ...['password', 'x-api-key', 'cookie', 'Authorization', '--password', '--api-key', '-token'],
      ...['--no-password', '--verbose', 'accept', 'email', 'user', 'content-md5', 'max_tokens'],
      ...['hunter2!', 'k3y/9', 'Bearer x1y2', 'a=b; c=d', '4111 1111 1111 1111', 'null', '*/*'],
      ...['must be at least 8 characters', 'lost token', '1234', 'ä"\\'],
    );
    const name = fc.constantFrom(
      'name',
      'key',
      'type',
      'value',
      'v',
      'headerValue',
      'note',
      'size',
    );
    const scalar = fc.oneof(word, fc.constantFrom<AnyValue>(7, 1234, true, null));
    const map = fc.dictionary(name, scalar, { maxKeys: 5, noNullPrototype: true });
    const list = fc.array(word, { maxLength: 6 });
    const structure = fc.oneof(list, fc.array(list, { maxLength: 4 }), map, fc.array(map));
    fc.assert(
      fc.property(structure, (value) => {
        const text: unknown = JSON.parse(mask.text(JSON.stringify(value)));
        expect(masked(value)).to.deep.equal(text);
      }),
      { numRuns: 1000 },
    );
  });
});
