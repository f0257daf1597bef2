import { expect } from 'chai';
import { array, assert, oneof, property, string } from 'fast-check';
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

/** What is said of the keys of one batch. */
function resolve(keys: KeyTable, ...names: readonly string[]) {
  const bytes = encoder.encode(`>${names.join('<>')}<`);
  keys.beginBatch(bytes);
  let end = -1;
  return names.map((name) => {
    const start = end + 2;
    end = start + encoder.encode(name).length;
    const answer = keys.resolve(start, end);
    return { decision: answer & 0xff, column: (answer >>> 8) - 1 };
  });
}

describe('KeyTable', () => {
  it('gives the column and the decision of a key', () => {
    const { keys } = tableOf(['http.route', 'user.id']);
    expect(resolve(keys, 'user.id', 'user.ix', '')).to.deep.equal([
      { decision: decisionOf(encoder.encode('user.id')), column: 1 },
      { decision: decisionOf(encoder.encode('user.ix')), column: -1 },
      { decision: 0, column: -1 },
    ]);
  });

  it('asks once for each distinct key', () => {
    const { keys, asked } = tableOf([]);
    for (let use = 0; use < 3; use++) resolve(keys, 'a', 'b', 'c', 'a');
    expect(asked).to.deep.equal(['a', 'b', 'c']);
  });

  it('never takes one key for another, whatever came before', () => {
    const name = string({ maxLength: 11, unit: 'binary-ascii' });
    const uses = array(oneof(name, string({ maxLength: 3, unit: 'binary' })), { maxLength: 16 });
    assert(
      property(array(uses, { maxLength: 4 }), (batches) => {
        const { keys } = tableOf(['a', 'aa'], 8);
        for (const batch of batches) {
          const expected = batch.map((key) => ({
            decision: decisionOf(encoder.encode(key)),
            column: ['a', 'aa'].indexOf(key),
          }));
          expect(resolve(keys, ...batch)).to.deep.equal(expected);
        }
      }),
    );
  });

  it('tells keys apart that differ in one byte', () => {
    const { keys } = tableOf([]);
    for (let length = 1; length < 20; length++) {
      const name = 'k'.repeat(length);
      const others = Array.from(name, (_, at) => `${name.slice(0, at)}j${name.slice(at + 1)}`);
      const answers = resolve(keys, ...others.flatMap((other) => [name, other]));
      for (const [at, { decision }] of answers.entries()) {
        const key = at % 2 === 0 ? name : (others[(at - 1) / 2] ?? '');
        expect(decision).to.equal(decisionOf(encoder.encode(key)));
      }
    }
  });

  it('remembers as many keys as it may, asks for others each time, and starts over', () => {
    const { keys, asked } = tableOf(['column'], 3);
    resolve(keys, 'a', 'b', 'a', 'b');
    expect(asked).to.deep.equal(['column', 'a', 'b']);
    expect(keys.size).to.equal(3);
    resolve(keys, 'c', 'c');
    expect(asked.filter((key) => key === 'c')).to.have.length(2);
    expect(keys.size).to.equal(3);
    expect(resolve(keys, 'column')[0]?.column).to.equal(0);
    expect(keys.size).to.equal(1);
  });

  it('remembers keys of 256 bytes and asks for longer ones each time', () => {
    const { keys, asked } = tableOf([]);
    resolve(keys, 'k'.repeat(256), 'k'.repeat(256));
    expect(asked).to.have.length(1);
    resolve(keys, 'k'.repeat(257), 'k'.repeat(257));
    expect(asked).to.have.length(3);
  });

  it('finds keys that differ in their last bytes within few steps, columns above all', () => {
    const { keys, asked } = tableOf(
      Array.from({ length: 64 }, (_, at) => `a.long.column.name.${at}`),
    );
    const names = Array.from({ length: 4000 }, (_, at) => `http.request.header.x-${at}`);
    for (let use = 0; use < 2; use++) resolve(keys, ...names);
    expect(asked).to.have.length(4064);
  });

  it('takes 128 columns, not more, and none twice', () => {
    const names = Array.from({ length: 129 }, (_, at) => `column.${at}`);
    expect(() => tableOf(names.slice(0, 128))).not.to.throw();
    expect(() => tableOf(names)).to.throw(RangeError);
    expect(() => tableOf(['a', 'a'])).to.throw(RangeError);
  });
});
