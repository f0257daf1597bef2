/** Signs in a request with the real recognisers: whole inputs reach them, and no memory changes an answer. */
import {
  recogniseBody,
  recogniseHeaders,
  recogniseTarget,
  recogniseUserAgent,
} from '@spanguard/indicators';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { recordingRuntime } from '../../test/recording-runtime.ts';
import type { SecurityRuntime } from '../runtime/security-runtime.ts';
import { indicatorsIn } from './indicator-events.ts';
import { RequestSecurity } from './request-security.ts';

interface Inputs {
  readonly target: string;
  readonly agent: string;
  readonly body: unknown;
  readonly cookie?: string;
}

function runtimeWithRecognisers(): SecurityRuntime {
  return {
    ...recordingRuntime().runtime,
    recognise: {
      target: (target) =>
        recogniseTarget(target).map((sign) => ({
          ...sign,
          place: sign.place === 'path' ? 'url.path' : 'url.query',
        })),
      body: (parsed) => recogniseBody(parsed).map((sign) => ({ ...sign, place: 'body' })),
      headers: (headers) => recogniseHeaders(headers).map((sign) => ({ ...sign, place: 'header' })),
      userAgent: (agent) =>
        recogniseUserAgent(agent).map((sign) => ({ ...sign, place: 'user_agent' })),
    },
  };
}

function signsIn(runtime: SecurityRuntime, { target, agent, body, cookie }: Inputs): string[] {
  const record = new RequestSecurity(runtime, {
    method: 'GET',
    rawTarget: target,
    headers: { 'user-agent': agent, cookie },
    client: {
      address: '192.0.2.1',
      prefix: '192.0.2.1/32',
      peer: '192.0.2.1',
      source: 'socket',
      spoofSuspected: false,
    },
  });
  record.requestBody = body;
  return indicatorsIn(record).map(({ place, rule }) => `${place} ${rule}`);
}

const INJECTION = "/s?q=1'%20OR%20'1'='1";
const request = (inputs: Partial<Inputs>): Inputs => ({
  target: '/',
  agent: 'curl/8.5.0',
  body: undefined,
  ...inputs,
});

describe('indicatorsIn', () => {
  it('sees a payload behind whatever length of padding', () => {
    const runtime = runtimeWithRecognisers();
    for (const padding of [0, 1023, 1024, 1025, 8191, 8192, 8193, 15_000]) {
      const pad = 'a'.repeat(padding);
      const target = `/s?p=${pad}&q=1'%20OR%20'1'='1`;
      expect(signsIn(runtime, request({ target })).join(), `${padding}`).to.include('sqli.');
      const agent = `${pad} sqlmap/1.7`;
      expect(signsIn(runtime, request({ agent })), `${padding}`).to.deep.equal([
        'user_agent attack_tool.scanner',
      ]);
    }
  });

  it('sees what a cookie or a header of any name carries', () => {
    const runtime = runtimeWithRecognisers();
    const cookie = `sid=1; note=${encodeURIComponent("1' OR '1'='1")}`;
    expect(signsIn(runtime, request({ cookie })).join()).to.include('header sqli.');
    expect(signsIn(runtime, request({ cookie: 'sid=8f3a; theme=dark' }))).to.deep.equal([]);
  });

  it('sees as target what was sent before as user agent or in a body, and the other way round', () => {
    const runtime = runtimeWithRecognisers();
    const texts = [INJECTION, 'sqlmap/1.7', '/a/../../../../etc/passwd'];
    const places = (text: string): Inputs[] => [
      request({ target: text }),
      request({ agent: text }),
      request({ body: { text } }),
      request({ cookie: `text=${text}` }),
    ];
    for (const one of texts.flatMap(places)) {
      for (let time = 0; time < 3; time++) signsIn(runtime, one);
      for (const other of texts.flatMap(places)) {
        expect(signsIn(runtime, other)).to.deep.equal(signsIn(runtimeWithRecognisers(), other));
      }
    }
  });

  it('answers as a fresh runtime does after any sequence of requests', () => {
    const lengths = [255, 256, 257, 1024, 1025];
    const texts = fc.constantFrom(
      ...['/', INJECTION, 'sqlmap/1.7', 'curl/8.5.0', "/it's?fine=1", '/a?token=secret'],
      ...lengths.flatMap((length) => [
        '/a'.padEnd(length, 'x'),
        '/a'.padEnd(length, 'x') + INJECTION,
      ]),
    );
    const inputs = fc.record({
      target: texts,
      agent: texts,
      cookie: texts,
      body: fc.option(texts),
    });
    fc.assert(
      fc.property(fc.array(inputs, { minLength: 1, maxLength: 6 }), (sequence) => {
        const runtime = runtimeWithRecognisers();
        for (const one of [...sequence, ...sequence, ...sequence]) {
          expect(signsIn(runtime, one)).to.deep.equal(signsIn(runtimeWithRecognisers(), one));
        }
      }),
      { numRuns: 60 },
    );
  });
});
