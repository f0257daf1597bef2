/** What a server without a framework shows of logins: no form, no user, and still who was refused how often. */
import type { RequestListener } from 'node:http';
import { expect } from 'chai';
import { ask, underTracing, until } from '../../instrumentation/test/traced-application.ts';

type Headers = Record<string, string | string[]>;

describe('a login at a server without a framework', () => {
  const application = underTracing({ from: import.meta.url, instrumentations: () => [] });
  let answer: { status: number; headers: Headers };

  const bare: RequestListener = (request, response) => {
    request.resume();
    response.writeHead(answer.status, answer.headers).end();
  };

  /** The events of one POST, answered so. */
  async function tells(
    path: string,
    status: number,
    { sent = {}, given = {} }: { sent?: Headers; given?: Headers },
    expected: string[],
  ): Promise<void> {
    answer = { status, headers: given };
    const { events } = await application.see(bare, path, { method: 'POST', headers: sent });
    expect(events, `${path} ${status}`).to.deep.equal(expected);
  }

  it('fails by status, once, with its client, though nobody knows the user', async () => {
    for (const status of [400, 401, 403, 422, 423]) {
      await tells('/login', status, {}, ['authn_login_fail']);
      expect(application.recording.events[0]?.attributes).to.include({
        'client.address': '127.0.0.1',
        'client.prefix': '127.0.0.1/32',
        'http.response.status_code': status,
        'security.authn.confidence': status === 401 ? 'medium' : 'low',
      });
      expect(application.recording.events[0]?.attributes).to.not.have.property('user.id');
    }
    // Somebody who knows no login at all answers so as well.
    await tells('/login', 404, {}, []);
    await tells('/orders', 422, {}, ['input_validation_fail']);
  });

  it('knows a session by its hash alone, on span and event', async () => {
    answer = { status: 403, headers: {} };
    const cookie = 'lang=de; connect.sid=s%3Asecret.signature';
    const first = await application.see(bare, '/orders', { headers: { cookie } });
    const second = await application.see(bare, '/orders', { headers: { cookie: `${cookie}2` } });
    const id = first.attributes['session.id'];
    expect(id).to.equal('hash(session.id,s%3Asecret.signature)');
    expect(first.told[0]?.attributes['session.id']).to.equal(id);
    expect(second.attributes['session.id']).to.not.equal(id);
  });

  it('counts forty-one refusals of one client', async () => {
    answer = { status: 401, headers: {} };
    const port = await application.portOf(bare);
    for (let i = 0; i < 41; i++) {
      await ask(port, '/api/login', { method: 'POST' });
    }
    await until(() => application.recording.events.length === 41);
    const clients = application.recording.events.map(
      ({ attributes }) => attributes['client.prefix'],
    );
    expect(new Set(clients)).to.deep.equal(new Set(['127.0.0.1/32']));
  });

  it('succeeds by a session on the login itself, also over an older one', async () => {
    const given = { 'Set-Cookie': ['lang=de', 'sid=1'], Location: '/home' };
    await tells('/login', 302, { given }, ['authn_login_success']);
    await tells('/login', 302, { given, sent: { cookie: 'sid=0' } }, ['authn_login_success']);
    await tells('/sessions', 201, { given: { 'Set-Cookie': 'sid=1' } }, ['authn_login_success']);
  });

  it('is none where a session or token is renewed, made by who is in, or ended', async () => {
    const given = { 'Set-Cookie': 'sid=1' };
    const signedIn = [{ cookie: 'sid=0' }, { authorization: 'Bearer x' }, { 'x-api-key': 'x' }];
    for (const sent of signedIn) {
      for (const path of ['/auth/refresh', '/api/tokens', '/sessions', '/logout/session']) {
        await tells(path, 200, { given, sent }, []);
      }
    }
    await tells('/auth/refresh', 200, { given }, []);
    await tells('/logout', 302, { given: { ...given, Location: '/' } }, []);
  });

  it('is none where its page comes again, with a message or a new session', async () => {
    const page = { 'Content-Type': 'text/html; charset=utf-8' };
    await tells('/login', 200, { given: { ...page, 'Set-Cookie': 'flash=wrong' } }, []);
    await tells('/login', 200, { given: { ...page, 'Set-Cookie': 'sid=1' } }, []);
    await tells('/login', 200, { given: { 'Set-Cookie': 'flash=wrong' } }, []);
    const back = { 'Set-Cookie': 'sid=1', Location: '/login' };
    await tells('/login', 302, { given: back }, ['authn_login_fail']);
    await tells('/login', 303, { given: { ...back, Location: 'http://a/login?e=1' } }, [
      'authn_login_fail',
    ]);
  });
});
