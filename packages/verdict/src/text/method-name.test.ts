import { expect } from 'chai';
import { methodName } from './method-name.ts';

describe('methodName', () => {
  it('keeps what OpenTelemetry knows, in upper case, and nothing else', () => {
    expect(['POST', 'post', 'QUERY'].map(methodName)).to.deep.equal(['POST', 'POST', 'QUERY']);
    expect(['PROPFIND', 'EVIL', ''].map(methodName)).to.deep.equal(['_OTHER', '_OTHER', '_OTHER']);
  });
});
