/** Which GraphQL requests try a login, and whose. */
import { expect } from 'chai';
import * as fc from 'fast-check';
import { graphqlAttempt, isGraphqlRequest } from './graphql-login.ts';

function tries(body: unknown, expected: string | undefined): void {
  const tried = graphqlAttempt(body);
  const found = tried && [tried.place, tried.form ?? '-', tried.loginName ?? '-'].join(' ');
  expect(found, JSON.stringify(body)).to.equal(expected);
}

describe('graphqlAttempt', () => {
  const variables = { email: 'Eve', password: 'x' };

  it('finds a login by its field and what it is given', () => {
    tries(
      { query: 'mutation { login(email: "Eve", password: "x") { token } }' },
      'login complete eve',
    );
    tries({ query: 'mutation { a: signIn(name: "eve", password: "x") }' }, 'login complete eve');
    tries(
      {
        query:
          'mutation L($email: String!, $password: String!) { login(email: $email, password: $password) { t } }',
        variables,
      },
      'login complete eve',
    );
    tries(
      {
        query: 'mutation ($i: LoginInput!) { authenticate(input: $i) { t } }',
        variables: { i: variables },
      },
      'login complete eve',
    );
    tries(
      { query: 'mutation { tokenAuth(input: {username: "eve", password: "x"}) { t } }' },
      'login complete eve',
    );
    tries(
      [{ query: '{ me { id } }' }, { query: 'mutation { login(email: "e", password: "x") }' }],
      'login complete e',
    );
    tries(
      { query: '# login\nmutation @x(a: 1) { ...F login(user: """e""", pin: 1234) { t } }' },
      'login complete e',
    );
  });

  it('tells what is missing, and accounts from logins', () => {
    tries(
      { query: 'mutation ($p: String) { login(email: "eve", password: $p) }', variables: {} },
      'login incomplete eve',
    );
    tries(
      { query: 'mutation { signUp(email: "eve", password: "x") { id } }' },
      'account account eve',
    );
    tries(
      { query: 'mutation { createUser(email: "eve", password: "x") { id } }' },
      'account account eve',
    );
    tries(
      { query: 'mutation { enter(email: "eve", password: "x") { id } }' },
      'other complete eve',
    );
  });

  it('leaves ordinary operations alone', () => {
    tries({ query: '{ orders(first: 10) { id } }' }, undefined);
    tries({ query: 'query { loginHistory { at } }' }, undefined);
    tries(
      { query: '{ user(id: 7) { passwordHint login(email: "e", password: "x") } }' },
      undefined,
    );
    for (const body of [undefined, null, 'login', {}, { query: 7 }, []]) tries(body, undefined);
    expect(isGraphqlRequest({ query: '{ me }' })).to.equal(true);
    expect(isGraphqlRequest({ query: 'shoes' })).to.equal(false);
  });

  it('answers for every text', () => {
    const piece = fc.constantFrom(
      'login',
      '(',
      ')',
      '{',
      '}',
      ':',
      '"',
      '"""',
      '$',
      '@',
      '...',
      'on',
      '#',
      '\n',
      'password',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), fc.anything(), (pieces, given) => {
        graphqlAttempt({ query: pieces.join(' '), variables: given });
      }),
    );
    graphqlAttempt({ query: `login ${'"'.repeat(20_000)}` });
    graphqlAttempt({ query: `login ${'{a('.repeat(6000)}` });
  });
});
