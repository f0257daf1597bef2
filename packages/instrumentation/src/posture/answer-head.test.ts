/** Each header, each way to write it, and what is none of them. */
import { expect } from 'chai';
import { POSTURE, readHeaders, readSentHead } from './answer-head.ts';

function sent(...lines: string[]): string {
  return ['HTTP/1.1 200 OK', ...lines, 'Date: today', '', ''].join('\r\n');
}

function wordsOf(bits: number): string[] {
  return Object.entries(POSTURE)
    .filter(([, bit]) => (bits & bit) !== 0)
    .map(([word]) => word);
}

describe('readSentHead', () => {
  for (const [line, ...words] of [
    ['Strict-Transport-Security: max-age=31536000; includeSubDomains', 'hsts'],
    ['strict-transport-security: includeSubDomains; max-age="1"', 'hsts'],
    ['Strict-Transport-Security: max-age=0'],
    ['Content-Security-Policy: default-src *', 'csp'],
    ['Content-Security-Policy-Report-Only: default-src *'],
    ['X-Content-Type-Options: NoSniff', 'nosniff'],
    ['X-Content-Type-Options: sniff'],
    ['Access-Control-Allow-Origin: *', 'cors_any'],
    ['Access-Control-Allow-Origin: https://a.example'],
    ['Access-Control-Allow-Credentials: true', 'cors_credentials'],
    ['Access-Control-Allow-Credentials: false'],
    ['Set-Cookie: a=b; Secure; HttpOnly; SameSite=Lax'],
    ['Set-Cookie: a=b;secure;httponly;samesite=strict'],
    ['Set-Cookie: a=; Path=/'],
    ['Set-Cookie: a=secure', 'cookie_insecure', 'cookie_scriptable', 'cookie_cross_site'],
    ['Set-Cookie: a=b; Secure; HttpOnly; SameSite=None', 'cookie_cross_site'],
    ['Deprecation: @1688169599', 'deprecated'],
    ['Sunset: Sat, 31 Dec 2027 23:59:59 GMT', 'sunset'],
    ['X-Sunset: Sat, 31 Dec 2027 23:59:59 GMT'],
    [': nothing'],
    ['no colon'],
  ] as const) {
    it(`finds ${words.join(', ') || 'nothing'} in ${line}`, () => {
      expect(wordsOf(readSentHead(sent(line)).bits)).to.deep.equal(words);
    });
  }

  it('keeps what is told besides', () => {
    expect(
      readSentHead(
        sent(
          'Access-Control-Allow-Origin: https://a.example',
          'Content-Length: 12',
          'Vary: Origin',
        ),
      ),
    ).to.deep.equal({
      bits: 0,
      strictTransport: undefined,
      allowOrigin: 'https://a.example',
      bodyBytes: 12,
    });
  });

  it('joins what several cookies lack', () => {
    const { bits } = readSentHead(
      sent('Set-Cookie: a=b; Secure; SameSite=Lax', 'Set-Cookie: c=d; HttpOnly; SameSite=Lax'),
    );
    expect(wordsOf(bits)).to.deep.equal(['cookie_insecure', 'cookie_scriptable']);
  });

  it('reads 128 headers and no text that is no head', () => {
    const others = Array.from({ length: 127 }, (_each, at) => `X-${at}: 1`);
    expect(readSentHead(sent(...others, 'Sunset: now')).bits).to.equal(POSTURE.sunset);
    expect(readSentHead(sent(...others, 'X: 1', 'Sunset: now')).bits).to.equal(0);
    for (const text of ['', '\r\n', 'x', '\r\n\r\nSunset: now', 'HTTP/1.1 200 OK\r\nSunset: now']) {
      expect(readSentHead(text).bits, text).to.equal(0);
    }
  });
});

describe('readHeaders', () => {
  it('reads the same of headers that were never text', () => {
    const { bits, bodyBytes } = readHeaders({
      'set-cookie': ['a=b; Secure; HttpOnly'],
      'content-length': 7,
      'x-content-type-options': 'nosniff',
      sunset: undefined,
    });
    expect(wordsOf(bits)).to.deep.equal(['nosniff', 'cookie_cross_site']);
    expect(bodyBytes).to.equal(7);
  });
});
