import { expect } from 'chai';
import { recordingRuntime } from '../../test/recording-runtime.ts';
import { refusedByAnswer } from './refused-answer.ts';
import type { ClientAddress } from '../client-address/client-address-resolver.ts';
import { RequestSecurity } from './request-security.ts';

function refused(responseBody: unknown): string | undefined {
  const client: ClientAddress = {
    ...{ address: undefined, prefix: undefined, peer: undefined },
    source: 'socket',
    spoofSuspected: false,
  };
  const start = { method: 'POST', rawTarget: '/login', headers: {}, client };
  const record = new RequestSecurity(recordingRuntime().runtime, start);
  record.responseBody = responseBody;
  const found = refusedByAnswer(record);
  return found && `${found.part} ${found.rule ?? '-'}`;
}

describe('refusedByAnswer', () => {
  it('hears validators in what applications pass on', () => {
    const zod = { code: 'invalid_format', path: ['email'], message: 'Invalid email' };
    expect(refused({ errors: [zod] })).to.equal('body invalid_format');
    expect(refused({ error: { issues: [zod], name: 'ZodError' } })).to.equal('body invalid_format');
    expect(refused([zod])).to.equal('body invalid_format');
    const joi = { message: '"email" must be', path: ['email'], type: 'string.email', context: {} };
    expect(refused({ details: [joi] })).to.equal('body string.email');
    const field = { type: 'field', value: '', msg: 'Invalid value', path: 'email' };
    expect(refused({ errors: [{ ...field, location: 'body' }] })).to.equal('body -');
    const ajv = { instancePath: '/email', schemaPath: '#/x', keyword: 'format', message: 'must' };
    expect(refused({ errors: [ajv] })).to.equal('body format');
    const classValidator = { property: 'email', constraints: { isEmail: 'must be an email' } };
    expect(refused({ message: [classValidator] })).to.equal('body isEmail');
    const nest = { statusCode: 400, message: ['email must be an email'], error: 'Bad Request' };
    expect(refused(nest)).to.equal('body -');
  });

  it('hears none where the login itself was refused', () => {
    const unknown = { location: 'body', path: 'email', msg: 'E-mail not found' };
    expect(refused({ errors: [unknown] })).to.equal(undefined);
    expect(refused({ errors: ['Invalid credentials'] })).to.equal(undefined);
    expect(refused({ errors: [{ message: 'Wrong password', path: ['login'] }] })).to.equal(
      undefined,
    );
    expect(refused({ message: 'email must be known' })).to.equal(undefined);
    expect(refused({ errors: { 'email or password': ['is invalid'] } })).to.equal(undefined);
    for (const body of [undefined, null, 'x', [], {}, { errors: [null, 7] }]) {
      expect(refused(body)).to.equal(undefined);
    }
  });

  it('shows no word of a client', () => {
    const hostile = { code: 'eve@example.com said', path: ['x'] };
    expect(refused({ errors: [hostile] })).to.equal(undefined);
  });
});
