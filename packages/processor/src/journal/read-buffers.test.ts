import { expect } from 'chai';
import { ReadBuffers } from './read-buffers.ts';

describe('buffers to read into', () => {
  it('are as large as was asked for, and of that a quarter larger at most', () => {
    const buffers = new ReadBuffers(0);
    for (const bytes of [0, 1, 4096, 4097, 5120, 5121, 65_536, 100_000, 4_194_304, 4_194_305]) {
      const { length } = buffers.borrow(bytes);
      expect(length).to.be.within(bytes, Math.max(4096, Math.ceil(bytes * 1.25)));
    }
  });

  it('are used again', () => {
    const buffers = new ReadBuffers(1_000_000);
    const buffer = buffers.borrow(100_000);
    buffers.giveBack(buffer);
    expect(buffers.idleBytes).to.equal(buffer.length);
    expect(buffers.borrow(99_000)).to.equal(buffer);
    expect(buffers.idleBytes).to.equal(0);
  });

  it('are kept up to the bound, those of sizes that nobody asks for going first', () => {
    const buffers = new ReadBuffers(40_960);
    const [old, small, large] = [
      buffers.borrow(16_384),
      buffers.borrow(8192),
      buffers.borrow(32_768),
    ];
    for (const buffer of [old, small]) buffers.giveBack(buffer);
    expect(buffers.idleBytes).to.equal(24_576);
    buffers.giveBack(large);
    expect(buffers.idleBytes).to.equal(40_960);
    expect(buffers.borrow(16_384)).to.not.equal(old);
    expect(buffers.borrow(8192)).to.equal(small);
    expect(buffers.borrow(32_768)).to.equal(large);
  });

  it('are not kept where one alone is above the bound', () => {
    const buffers = new ReadBuffers(8191);
    buffers.giveBack(buffers.borrow(8192));
    expect(buffers.idleBytes).to.equal(0);
  });
});
