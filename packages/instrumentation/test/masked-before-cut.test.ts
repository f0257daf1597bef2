/** With a real policy: wherever a value is cut, no half of a secret is left, whatever it was cut at. */
import { ROOT_CONTEXT } from '@opentelemetry/api';
import { compilePolicy } from '@spanguard/redaction';
import { expect } from 'chai';
import {
  type KnownUser,
  RequestSecurity,
  type SecurityRuntime,
  createRequestBackend,
  finishRequest,
  maskedAgent,
  maskedTarget,
  setSecurityRuntime,
} from '../src/index.ts';
import { type Recording, recordingRuntime } from './recording-runtime.ts';

const CARD = '4111 1111 1111 1111';
// More of a card than its kept ends.
const HALF_A_CARD = /(?:\d ?){9}/u;

describe('what is told of a request', () => {
  let recording: Recording;
  let runtime: SecurityRuntime;

  beforeEach(() => {
    recording = recordingRuntime();
    const policy = compilePolicy({});
    runtime = {
      ...recording.runtime,
      mask: {
        text: (text) => policy.redactText(text),
        target: (target) => policy.redactUrl(target),
        attribute: (key, value) => policy.redactAttribute(key, value),
      },
    };
    setSecurityRuntime(runtime);
  });

  afterEach(() => {
    setSecurityRuntime(undefined);
    expect(recording.internalErrors).to.deep.equal([]);
  });

  function recordOf(
    start: Partial<RequestSecurity['start']> = {},
    within: SecurityRuntime = runtime,
  ): RequestSecurity {
    const client = {
      address: '203.0.113.9',
      prefix: '203.0.113.9/32',
      peer: '203.0.113.9',
      source: 'socket',
      spoofSuspected: false,
    } as const;
    const given = { method: 'POST', rawTarget: '/x', headers: {}, client, ...start };
    const record = new RequestSecurity(within, given);
    record.bind(ROOT_CONTEXT, undefined);
    return record;
  }

  /** All texts of the events of a request that was refused, names of attributes included. */
  function toldOf(record: RequestSecurity): string {
    recording.events.length = 0;
    finishRequest(record, { statusCode: 403, header: () => undefined });
    return JSON.stringify(recording.events.map(({ attributes }) => attributes));
  }

  /** The text with a card across its `charsMax`th character, at every place it can be cut. */
  function across(charsMax: number): string[] {
    return Array.from({ length: CARD.length }, (_, at) => {
      const before = 'a '.repeat(charsMax).slice(0, charsMax - at - 1);
      return `${before} ${CARD}, and more`;
    });
  }

  it('keeps no half of a card in user, roles, route, agent or target', () => {
    for (const text of across(256)) {
      const user: KnownUser = { id: text, roles: [] };
      const record = recordOf({ headers: { 'user-agent': text } });
      record.user = user;
      expect(toldOf(record)).to.not.match(HALF_A_CARD);
      expect(maskedAgent(runtime, text)).to.not.match(HALF_A_CARD);
    }
    for (const text of across(64)) {
      const record = recordOf();
      record.user = { id: 'u', roles: [text] };
      expect(toldOf(record)).to.not.match(HALF_A_CARD);
    }
    for (const text of across(1024)) {
      const record = recordOf();
      record.route = text;
      expect(toldOf(record)).to.not.match(HALF_A_CARD);
    }
    for (let before = 8170; before < 8192; before++) {
      const rawTarget = `/?q=${'a'.repeat(before - 8)}&c=4111111111111111&d`;
      const record = recordOf({ rawTarget });
      expect(maskedTarget(record)).to.not.match(HALF_A_CARD);
    }
  });

  it('keeps no half of a card in what an application says, names included', () => {
    const backend = createRequestBackend();
    const told = (): string =>
      JSON.stringify(recording.events.splice(0).map(({ attributes }) => attributes));
    for (const text of [...across(64), ...across(128), ...across(256)]) {
      backend.accessDenied({ resource: text, action: text, reason: text });
      expect(told()).to.not.match(HALF_A_CARD);
      backend.login({ outcome: 'failure', userId: text, method: text, reason: text });
      expect(told()).to.not.match(HALF_A_CARD);
      backend.event('security.user_updated', { [text]: 'value' });
      expect(told()).to.not.match(HALF_A_CARD);
    }
    for (const text of across(1024)) {
      backend.event('security.user_updated', { note: text, list: ['a', text], 'user.id': text });
      expect(told()).to.not.match(HALF_A_CARD);
    }
  });

  it('keeps no half of a card in the name of a parameter that carried an attack', () => {
    for (const parameter of across(64)) {
      const sign = {
        kind: 'sqli',
        place: 'url.query',
        confidence: 'high',
        rule: 'sqli.x',
      } as const;
      const recognise = { ...runtime.recognise, target: () => [{ ...sign, parameter }] };
      const told = toldOf(recordOf({}, { ...runtime, recognise }));
      expect(told).to.include('security.indicator.parameter').and.to.not.match(HALF_A_CARD);
    }
  });

  it('keeps no half of a card in the names of a payload', () => {
    for (const text of across(128)) {
      const record = recordOf();
      record.requestBody = { [text]: 'value' };
      expect(toldOf(record)).to.not.match(HALF_A_CARD);
    }
  });
});
