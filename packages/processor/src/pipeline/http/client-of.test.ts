import { expect } from 'chai';
import { clientOf } from './client-of.ts';

describe('clientOf', () => {
  for (const [address, client] of [
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::6', '2001:db8:1:2::/64'],
    ['2001:db8::6', '2001:db8::/64'],
    ['::1', '::/64'],
    [undefined, 'unknown'],
  ] as const) {
    it(`counts ${address} as ${client}`, () => expect(clientOf(address)).to.equal(client));
  }
});
