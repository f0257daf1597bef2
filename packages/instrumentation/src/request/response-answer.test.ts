/** What an answer says of a login, by its shape and its words. */
import { expect } from 'chai';
import * as fc from 'fast-check';
import { recordingRuntime } from '../../test/recording-runtime.ts';
import { graphqlAnswer } from './graphql-answer.ts';
import { RequestSecurity } from './request-security.ts';
import { answerOf } from './response-answer.ts';

function answered(body: unknown): RequestSecurity {
  const client = {
    address: undefined,
    prefix: undefined,
    peer: undefined,
    source: 'socket' as const,
    spoofSuspected: false,
  };
  const start = { method: 'POST', rawTarget: '/login', headers: {}, client };
  const record = new RequestSecurity(recordingRuntime().runtime, start);
  if (typeof body === 'string') record.responseText = body;
  else record.responseBody = body;
  return record;
}

/** What is said, by the names of the facts; the same of the object and of its text. */
function says(body: unknown, expected: string): void {
  const shown = typeof body === 'string' ? [body] : [body, JSON.stringify(body)];
  for (const each of shown) {
    const facts = Object.entries(answerOf(answered(each)));
    const found = facts.filter(([, isSo]) => isSo).map(([name]) => name);
    expect(found.join(' '), JSON.stringify(each)).to.equal(expected);
  }
}

describe('answerOf', () => {
  it('finds a token under its usual names, to a depth of four', () => {
    for (const name of [
      'accessToken',
      'access_token',
      'token',
      'jwt',
      'sessionToken',
      'id_token',
    ]) {
      says({ [name]: 'x' }, 'hasToken');
      says({ data: { login: { session: { [name]: 'x' } } } }, 'hasToken');
    }
    says({ a: { b: { c: { d: { e: { token: 'x' } } } } } }, '');
    says({ token: '', tokens: 'x', csrfTokenName: 'x', token_type: 'bearer' }, '');
    says({ token: null, message: 'Wrong password' }, 'saysNo');
  });

  it('takes an error for a no, whatever the status is', () => {
    for (const body of [
      { ok: false },
      { success: false },
      { error: 'no' },
      { errors: ['no'] },
      { status: 'error' },
      { status: 'fail' },
      { status: 401, title: 'Sorry' },
      { code: 1001, message: 'Sorry' },
      { message: 'Invalid credentials' },
      { msg: 'User not found' },
      { data: null, message: 'Account locked' },
      { data: { login: null } },
      { data: { login: { __typename: 'LoginError', message: 'Sorry' } } },
      { data: { customerLogin: { userErrors: [{ code: 'X' }] } } },
    ]) {
      says(body, 'saysNo');
    }
    says('Wrong password', 'saysNo');
    says('<form><input type="password"></form>', 'saysNo');
  });

  it('takes what is fine for no error', () => {
    says({ ok: true, error: null, errors: [] }, 'saysYes');
    says({ user: { id: 1 } }, 'saysYes');
    says({ user: { id: 1 }, message: 'Last failed login: never' }, 'saysYes');
    says({ code: 0, message: 'done' }, '');
    says({ code: 200, message: 'done' }, '');
    says({ status: 'ok' }, '');
    says({ message: 'Welcome back' }, '');
    says('<p>Invalid is not a word of a page</p>', '');
    says(undefined, '');
  });

  it('sees that another factor is asked for', () => {
    says({ mfaRequired: true }, 'asksMore');
    says({ twoFactorRedirect: true }, 'asksMore');
    says({ data: { requires_otp: true } }, 'asksMore');
    says({ user: { id: 1, mfa: true } }, 'saysYes');
    says({ mfaRequired: false }, '');
  });

  it('knows the word of a validator from that of a login', () => {
    const refused = 'saysNo refusesInput';
    says({ errors: [{ path: ['email'], code: 'invalid_format', message: 'x' }] }, refused);
    says({ errors: [{ param: 'email', msg: 'x', location: 'body' }] }, refused);
    says({ statusCode: 400, message: ['email must be an email'], error: 'Bad Request' }, refused);
    says({ code: 'FST_ERR_VALIDATION', error: 'Bad Request', message: 'x' }, refused);
    says({ error: 'email and password are required' }, refused);
    says({ message: 'Invalid email' }, refused);
    says({ message: 'Invalid email or password' }, 'saysNo');
    says({ errors: [{ message: 'x', path: ['login'], extensions: {} }] }, 'saysNo');
  });

  it('knows the word of one who lacks a right', () => {
    says({ error: { message: 'Missing scope: write' } }, 'saysNo deniesRight');
    says({ error: 'admins only' }, 'saysNo deniesRight');
    says({ error: 'Invalid API key' }, 'saysNo');
  });

  it('answers for every value and runs none of its code', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, maxDepth: 6 }), (body) => {
        answerOf(answered(body));
        graphqlAnswer(answered(body));
      }),
    );
    const circle: Record<string, unknown> = {};
    circle['data'] = circle;
    says(String(answerOf(answered(circle)).hasToken), '');
  });
});

describe('graphqlAnswer', () => {
  function means(errors: unknown, expected: string | undefined): void {
    for (const body of [{ errors }, JSON.stringify({ errors, data: null })]) {
      const found = graphqlAnswer(answered(body));
      expect(found && `${found.statusCode} ${found.refusedInput}`).to.equal(expected);
    }
  }
  const coded = (code: string): object => ({ message: 'x', extensions: { code } });

  it('reads the status from what the errors are called', () => {
    means([coded('UNAUTHENTICATED')], '401 false');
    means([coded('INTERNAL_SERVER_ERROR'), coded('FORBIDDEN')], '403 false');
    means([coded('BAD_USER_INPUT')], '400 false');
    means([coded('GRAPHQL_VALIDATION_FAILED')], '400 true');
    means([{ message: 'Variable "$p" of required type "String!" was not provided.' }], '400 true');
    means([{ message: 'You must be logged in' }], '401 false');
    means([{ message: 'Not authorized' }], '403 false');
    means([{ message: 'No such order' }], 'undefined false');
  });

  it('says nothing where there is no error', () => {
    means([], undefined);
    expect(graphqlAnswer(answered({ data: {} }))).to.equal(undefined);
    expect(graphqlAnswer(answered('{"data":{"errors":[]}'))).to.equal(undefined);
  });
});
