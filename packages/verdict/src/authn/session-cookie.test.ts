/** Which cookies are a login, by name and by what becomes of them. */
import { expect } from 'chai';
import { carriesSession, givesSession, sessionIn } from './session-cookie.ts';

describe('givesSession', () => {
  it('takes a session or a token for a gift', () => {
    for (const line of [
      'sid=1',
      'connect.sid=s%3Aabc.def; Path=/; HttpOnly',
      'JSESSIONID=1',
      '__Host-session=1; Secure',
      'access_token=x; Max-Age=900',
      'remember_user=1; Expires=Wed, 21 Oct 2065 07:28:00 GMT',
      '.AspNetCore.Identity.Application=x',
    ]) {
      expect(givesSession(line), line).to.equal(true);
      expect(givesSession(['lang=de', line]), line).to.equal(true);
    }
  });

  it('takes a message, a language, a form guard or a deleted session for none', () => {
    for (const line of [
      'flash=wrong%20password',
      'lang=de',
      'XSRF-TOKEN=1',
      'csrftoken=1',
      'login_error=1',
      'sid=; Path=/',
      'sid=deleted',
      'sid=1; Max-Age=0',
      'sid=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT',
      'sid',
      '',
    ]) {
      expect(givesSession(line), line).to.equal(false);
    }
    for (const odd of [undefined, null, 7, {}, []]) expect(givesSession(odd)).to.equal(false);
  });
});

describe('carriesSession', () => {
  it('finds a session among a client’s cookies', () => {
    expect(carriesSession('lang=de; sid=1')).to.equal(true);
    expect(carriesSession('lang=de; flash=x; sid=')).to.equal(false);
    expect(carriesSession(undefined)).to.equal(false);
  });
});

describe('sessionIn', () => {
  it('gives the first session of several', () => {
    expect(sessionIn('lang=de; sid=a=b ; session=2')).to.equal('a=b');
    expect(sessionIn('sid=; session=2')).to.equal('2');
  });

  it('takes none for what counts visitors', () => {
    for (const name of [
      '_hjSessionUser_1',
      '_ga_session',
      '_gid',
      'amp_session_id',
      'csrf_token',
    ]) {
      expect(sessionIn(`${name}=1`), name).to.equal(undefined);
    }
  });
});
