import { expect } from 'chai';
import { assert, property, uint8Array } from 'fast-check';
import {
  decodeExportResponse,
  decodeStatus,
  encodeExportResponse,
  encodeStatus,
} from './answers.ts';

const bytesOf = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));

const hexByte = (value: number) => value.toString(16).padStart(2, '0');

describe('answers', () => {
  it('write and read a google.rpc.Status', () => {
    const status = { code: 14, message: 'später' };
    expect(encodeStatus(status)).to.deep.equal(bytesOf('080e120773 70c3a4746572'.replace(' ', '')));
    expect(decodeStatus(encodeStatus(status))).to.deep.equal(status);
    expect(decodeStatus(encodeStatus({ code: 0, message: '' }))).to.deep.equal({
      code: 0,
      message: '',
    });
  });

  it('write when to come again as a google.rpc.RetryInfo, whole seconds and parts of them', () => {
    const type = Buffer.from('type.googleapis.com/google.rpc.RetryInfo').toString('hex');
    for (const [retryDelayMs, duration] of [
      [0, '0800'],
      [1000, '0801'],
      [1500, '08011080cab5ee01'],
      [-1, '0800'],
    ] as const) {
      const length = duration.length / 2;
      const any = `0a28${type}12${hexByte(length + 2)}0a${hexByte(length)}${duration}`;
      const expected = bytesOf(`080e1a${hexByte(any.length / 2)}${any}`);
      expect(encodeStatus({ code: 14, message: '', retryDelayMs })).to.deep.equal(expected);
    }
  });

  it('write full success as nothing and read it back', () => {
    expect(encodeExportResponse()).to.have.length(0);
    expect(decodeExportResponse(new Uint8Array(0))).to.deep.equal({ rejected: 0, message: '' });
  });

  it('write and read partial success', () => {
    const partial = { rejected: 300, message: 'too old' };
    expect(encodeExportResponse(partial)).to.deep.equal(bytesOf('0a0c08ac021207746f6f206f6c64'));
    expect(decodeExportResponse(encodeExportResponse(partial))).to.deep.equal(partial);
  });

  it('read past fields they do not know', () => {
    expect(decodeStatus(bytesOf('1a02ffff0805'))).to.deep.equal({ code: 5, message: '' });
  });

  it('never throw on foreign bytes', () => {
    assert(
      property(uint8Array(), (bytes) => {
        decodeStatus(bytes);
        decodeExportResponse(bytes);
      }),
    );
    expect(decodeStatus(bytesOf('0a'))).to.equal(undefined);
    expect(decodeExportResponse(bytesOf('0a0108'))).to.equal(undefined);
  });
});
