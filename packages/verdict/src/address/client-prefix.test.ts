/** One client, one network, however a sender spells its address. */
import { expect } from 'chai';
import { clientPrefix } from './client-prefix.ts';

describe('clientPrefix', () => {
  for (const [spelling, prefix] of [
    ['203.0.113.9', '203.0.113.9/32'],
    [' 203.0.113.9:4711 ', '203.0.113.9/32'],
    ['::ffff:203.0.113.9', '203.0.113.9/32'],
    ['::ffff:cb00:7109', '203.0.113.9/32'],
    ['[::ffff:203.0.113.9]:80', '203.0.113.9/32'],
    ['2001:DB8:1:2:3::4', '2001:db8:1:2::/64'],
    ['[2001:db8:1:2::4]:443', '2001:db8:1:2::/64'],
    ['fe80::1%eth0', 'fe80::/64'],
  ] as const) {
    it(`counts ${spelling} as ${prefix}`, () => expect(clientPrefix(spelling)).to.equal(prefix));
  }

  for (const garbage of ['', 'evil<b>', '010.1.2.3', '1.2.3', '203.0.113.9, 10.0.0.1', '::g']) {
    it(`counts nobody for "${garbage}"`, () => {
      expect(clientPrefix(garbage)).to.equal(undefined);
    });
  }
});
