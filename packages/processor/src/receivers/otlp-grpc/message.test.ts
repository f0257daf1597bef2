import { expect } from 'chai';
import { assert, constantFrom, integer, property, uint8Array } from 'fast-check';
import { declaredBytes, frameMessage, openMessage } from './message.ts';

const MESSAGE = new Uint8Array([1, 2, 3]);

describe('a gRPC message', () => {
  const heads: readonly [readonly number[], number][] = [
    [[], Infinity],
    [[0, 0, 0, 0], Infinity],
    [[0, 0, 0, 0, 0], 5],
    [[1, 0, 0, 1, 2, 9, 9], 263],
    [[0, 255, 255, 255, 255], 4_294_967_300],
  ];
  for (const [head, bytes] of heads) {
    it(`says it is ${bytes} bytes long: ${JSON.stringify(head)}`, () => {
      expect(declaredBytes(new Uint8Array(head))).to.equal(bytes);
    });
  }

  it('is opened as what was framed, where it stands in a larger buffer too', () => {
    assert(
      property(uint8Array(), integer({ min: 0, max: 9 }), (message, before) => {
        const framed = Buffer.concat([Buffer.alloc(before, 7), frameMessage(message)]);
        const opened = openMessage(framed.subarray(before), 'gzip');
        expect(opened.kind === 'packed' && Buffer.from(opened.bytes).equals(message)).to.equal(
          true,
        );
        expect(opened.kind === 'packed' && opened.encoding).to.equal('identity');
      }),
    );
  });

  it('has the encoding of its call where its flag says so, and identity has none', () => {
    const compressed = frameMessage(MESSAGE);
    compressed[0] = 1;
    expect(openMessage(compressed, 'gzip')).to.deep.include({ kind: 'packed', encoding: 'gzip' });
    expect(openMessage(compressed, 'identity').kind).to.equal('malformed');
    compressed[0] = 2;
    expect(openMessage(compressed, 'gzip').kind).to.equal('malformed');
  });

  it('is malformed a byte short and a byte long', () => {
    const framed = frameMessage(MESSAGE);
    expect(openMessage(framed.subarray(0, -1), 'gzip').kind).to.equal('malformed');
    expect(openMessage(Buffer.concat([framed, Buffer.alloc(1)]), 'gzip').kind).to.equal(
      'malformed',
    );
  });

  it('is packed or malformed, whatever the bytes', () => {
    assert(
      property(uint8Array(), constantFrom('identity', 'gzip', 'deflate'), (bytes, encoding) => {
        expect(openMessage(bytes, encoding).kind).to.be.oneOf(['packed', 'malformed']);
      }),
    );
  });
});
