import { expect } from 'chai';
import { KEY_DECISION } from '../keys/key-policy.ts';
import { compilePolicy } from '../policy/redaction-policy.ts';

const policy = compilePolicy();

/** Indices of the values that are named. */
function namedOf(values: readonly unknown[], keys?: readonly string[]): number[] {
  const place = keys === undefined ? {} : { keys };
  return [...policy.namedBeside(values, KEY_DECISION.none, place).keys()];
}

describe('values with names beside them', () => {
  it('are those behind options and headers of a list', () => {
    expect(namedOf(['--password', 'x', '-v', '--token', 'y', 'z'])).to.deep.equal([1, 4]);
    expect(namedOf(['x-api-key', 'k3y9', 'accept', '*/*'])).to.deep.equal([1]);
    expect(namedOf(['--password', 7, undefined, null, '--password', { a: 'x' }])).to.deep.equal([]);
    expect(namedOf(['--password'])).to.deep.equal([]);
  });

  it('are members beside that of a name, whatever letters stand in either', () => {
    expect(namedOf(['password', 'ä'], ['name', 'value'])).to.deep.equal([1]);
    expect(namedOf(['x', 'DbPassword'], ['ParämeterValue', 'ParämeterKey'])).to.deep.equal([0]);
    expect(namedOf(['x', 'y', 'token'], ['v', 'v', 'k'])).to.deep.equal([1]);
    expect(namedOf(['token', 'y'], ['k', 'size'])).to.deep.equal([]);
  });

  it('are told by names of 128 bytes, and by none that is longer', () => {
    const option = (bytes: number): string => `--${'a'.repeat(bytes - 11)}-password`;
    expect(namedOf([option(128), 'x'])).to.deep.equal([1]);
    expect(namedOf([option(129), 'x'])).to.deep.equal([]);
  });

  it('go from lists that are attributes, which keep their other items', () => {
    const args = ['node', '--password', 'hunter2', '--pin', '1234', 'x@y.example'];
    expect(policy.redactAttribute('process.command_args', args)).to.deep.equal([
      ...['node', '--password', '[password]', '--pin', '[pin]', '[email]'],
    ]);
    const clean = ['node', '--verbose', 'shop'];
    expect(policy.redactAttribute('process.command_args', clean)).to.equal(clean);
  });

  it('are looked at up to a decision that says more', () => {
    const { identifier, keep, firstClass } = KEY_DECISION;
    const args = ['--password', 'x'];
    expect(policy.namedBeside(args, identifier).size).to.equal(1);
    for (const outer of [keep, firstClass])
      expect(policy.namedBeside(args, outer).size).to.equal(0);
  });
});
