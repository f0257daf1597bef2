import { expect } from 'chai';
import { array, assert, property, string } from 'fast-check';
import { KeyTable } from './key-table.ts';

const encoder = new TextEncoder();

/** Decides by content, and counts how often it is asked. */
function tableOf(columns: readonly string[], keysMax?: number) {
  const asked: string[] = [];
  const keys = new KeyTable({
    columns,
    classify: (bytes, start, end) => {
      asked.push(new TextDecoder().decode(bytes.subarray(start, end)));
      return decisionOf(bytes.subarray(start, end));
    },
    ...(keysMax !== undefined && { keysMax }),
  });
  return { keys, asked };
}

function decisionOf(key: Uint8Array): number {
  return key.reduce((sum, byte) => (sum * 31 + byte) & 0xff, key.length);
}

function resolve(keys: KeyTable, key: string): { decision: number; column: number } {
  const bytes = encoder.encode(`>${key}<`);
  const answer = keys.resolve(bytes, 1, bytes.length - 1);
  return { decision: answer & 0xff, column: (answer >>> 8) - 1 };
}

describe('KeyTable', () => {
  it('gives the column and the decision of a key', () => {
    const { keys } = tableOf(['http.route', 'user.id']);
    expect(resolve(keys, 'user.id')).to.deep.equal({
      decision: decisionOf(encoder.encode('user.id')),
      column: 1,
    });
    expect(resolve(keys, 'user.ix').column).to.equal(-1);
    expect(resolve(keys, '').column).to.equal(-1);
  });

  it('asks once for each distinct key', () => {
    const { keys, asked } = tableOf([]);
    for (let use = 0; use < 3; use++) for (const key of ['a', 'b', 'c']) resolve(keys, key);
    expect(asked).to.deep.equal(['a', 'b', 'c']);
  });

  it('never takes one key for another, whatever came before', () => {
    assert(
      property(array(string({ maxLength: 3, unit: 'binary' }), { maxLength: 60 }), (uses) => {
        const { keys } = tableOf(['a', 'aa'], 8);
        for (const [at, key] of uses.entries()) {
          if (at % 16 === 0) keys.beginBatch();
          const { decision, column } = resolve(keys, key);
          expect(decision).to.equal(decisionOf(encoder.encode(key)));
          expect(column).to.equal(['a', 'aa'].indexOf(key));
        }
      }),
    );
  });

  it('remembers as many keys as it may, asks for others each time, and starts over', () => {
    const { keys, asked } = tableOf(['column'], 3);
    for (const key of ['a', 'b', 'a', 'b']) resolve(keys, key);
    expect(asked).to.deep.equal(['column', 'a', 'b']);
    expect(keys.size).to.equal(3);
    resolve(keys, 'c');
    resolve(keys, 'c');
    expect(asked.filter((key) => key === 'c')).to.have.length(2);
    expect(keys.size).to.equal(3);
    keys.beginBatch();
    expect(keys.size).to.equal(1);
    expect(resolve(keys, 'column').column).to.equal(0);
  });

  it('remembers keys of 256 bytes and asks for longer ones each time', () => {
    const { keys, asked } = tableOf([]);
    for (const key of ['k'.repeat(256), 'k'.repeat(256)]) resolve(keys, key);
    expect(asked).to.have.length(1);
    for (const key of ['k'.repeat(257), 'k'.repeat(257)]) resolve(keys, key);
    expect(asked).to.have.length(3);
  });

  it('takes 128 columns, not more, and none twice', () => {
    const names = Array.from({ length: 129 }, (_, at) => `column.${at}`);
    expect(() => tableOf(names.slice(0, 128))).not.to.throw();
    expect(() => tableOf(names)).to.throw(RangeError);
    expect(() => tableOf(['a', 'a'])).to.throw(RangeError);
  });
});
