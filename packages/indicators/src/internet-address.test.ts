import { expect } from 'chai';
import { type AddressClass, addressClass } from './internet-address.ts';

function is(expected: AddressClass, ...hosts: string[]): void {
  for (const host of hosts) expect(addressClass(host), host).to.equal(expected);
}

describe('addressClass', () => {
  it('knows metadata services in every base', () => {
    is('metadata', '169.254.169.254', '2852039166', '0xa9fea9fe', '0251.0376.0251.0376');
    is(
      'metadata',
      'metadata.google.internal',
      '100.100.100.200',
      '[fd00:ec2::254]',
      '425.510.425.510',
    );
  });
  it('tells plain internal addresses from disguised ones', () => {
    is('internal', '127.0.0.1', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1');
    is('internal', 'localhost', 'localhost.', 'a.localhost', '[fe80::1]', '[fd12::1]');
    is(
      'disguised',
      '127.1',
      '2130706433',
      '0x7f000001',
      '0177.0.0.1',
      '[::1]',
      '[::ffff:127.0.0.1]',
    );
    is('disguised', '[::ffff:7f00:1]', '[::]');
  });
  it('lets everything else be public', () => {
    is('public', '8.8.8.8', '172.15.0.1', '172.32.0.1', '192.167.0.1', '11.0.0.1', 'example.com');
    is('public', '1.2.3.4.5', '12', '3000', '[2001:db8::1]', '', '127.0.0.1.example.com');
  });
});
