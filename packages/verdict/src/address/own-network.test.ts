import { expect } from 'chai';
import { isOnOwnNetwork } from './own-network.ts';

describe('isOnOwnNetwork', () => {
  for (const address of [
    ...['127.0.0.1', '10.0.0.2', '172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.0.1'],
    ...['::1', 'fe80::1', 'febf::1', 'fc00::1', 'fdff::1'],
  ]) {
    it(`holds a proxy of ours at ${address}`, () => {
      expect(isOnOwnNetwork(address)).to.equal(true);
    });
  }

  for (const address of [
    ...['203.0.113.9', '172.15.255.255', '172.32.0.0', '100.64.0.9', '0.0.0.1', '224.0.0.1'],
    ...['2001:db8::1', 'fec0::1', 'ff02::1', '::', 'nobody'],
  ]) {
    it(`holds a client at ${address}`, () => {
      expect(isOnOwnNetwork(address)).to.equal(false);
    });
  }
});
