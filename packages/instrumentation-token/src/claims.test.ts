/** Claims are read as libraries hand them over and as applications write them. */
import { expect } from 'chai';
import { claimsIn, isClientToken, rolesIn, subjectIn } from './claims.ts';

describe('claims', () => {
  it('are the payload, or what the result holds of it', () => {
    const payload = { sub: 'u-1' };
    expect(claimsIn(payload)).to.equal(payload);
    expect(claimsIn({ header: {}, payload, signature: 'x' })).to.equal(payload);
    expect(claimsIn({ payload, protectedHeader: {} })).to.equal(payload);
    const bytes = new TextEncoder().encode(JSON.stringify(payload));
    expect(claimsIn({ payload: bytes, protectedHeader: {} })).to.deep.equal(payload);
    // A claim that is called so.
    expect(claimsIn({ payload, sub: 'u-2' })).to.deep.include({ sub: 'u-2' });
  });

  it('are nothing of a text, of too many bytes, of bytes that are no object', () => {
    const signed = (text: string): object => ({
      payload: new TextEncoder().encode(text),
      protectedHeader: {},
    });
    const long = JSON.stringify({ sub: 'x'.repeat(16_384) });
    for (const each of ['text', undefined, signed('text'), signed('7'), signed(long)]) {
      expect(claimsIn(each)).to.equal(undefined);
    }
  });

  it('name the user wherever applications write it', () => {
    for (const claims of [{ sub: 'u' }, { id: 'u' }, { userId: 'u' }, { email: 'u' }]) {
      expect(subjectIn(claims)).to.equal('u');
    }
    expect(subjectIn({ user: { id: 7 } })).to.equal('7');
    expect(subjectIn({ data: { username: 'u' } })).to.equal('u');
    expect(subjectIn({ user: 'u' })).to.equal('u');
    expect(subjectIn({ iat: 1 })).to.equal(undefined);
  });

  it('are a client’s where it is its own subject', () => {
    expect(isClientToken({ sub: 'app', client_id: 'app' })).to.equal(true);
    expect(isClientToken({ sub: 'app@clients', gty: 'client-credentials' })).to.equal(true);
    expect(isClientToken({ sub: 'u-1', client_id: 'app' })).to.equal(false);
    expect(isClientToken({ client_id: undefined })).to.equal(false);
  });

  it('grant roles, a bounded number of them', () => {
    expect(rolesIn({ roles: ['a', 7, 'b'] })).to.deep.equal(['a', 'b']);
    expect(rolesIn({ role: 'admin' })).to.deep.equal(['admin']);
    expect(rolesIn({ scope: 'read write' })).to.deep.equal(['read', 'write']);
    expect(rolesIn({ roles: [], scope: 'read' })).to.deep.equal(['read']);
    expect(rolesIn({ roles: { a: true } })).to.deep.equal([]);
    expect(rolesIn({ roles: Array.from({ length: 33 }, (_, i) => `r${i}`) })).to.have.length(32);
    expect(rolesIn({ roles: ['x'.repeat(129), 'x'.repeat(128)] })).to.have.length(1);
  });
});
