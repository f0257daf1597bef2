/** Calls of the API outside any request, and two copies of this package on one process. */
import { ROOT_CONTEXT } from '@opentelemetry/api';
import {
  accessDenied,
  loginFailed,
  securityEvent,
  setApiKey,
  setSecurityBackend,
  setUser,
} from '@spanguard/api';
import { expect } from 'chai';
import {
  RequestSecurity,
  createRequestBackend,
  finishRequest,
  registerRequest,
  resetHookHealth,
  securityOf,
  securityRuntime,
  setSecurityRuntime,
} from '../src/index.ts';
import { type Recording, recordingRuntime } from './recording-runtime.ts';

describe('createRequestBackend outside a request', () => {
  let recording: Recording;

  beforeEach(() => {
    recording = recordingRuntime();
    setSecurityRuntime(recording.runtime);
    setSecurityBackend(createRequestBackend());
  });

  afterEach(() => {
    setSecurityRuntime(undefined);
    setSecurityBackend(undefined);
    resetHookHealth();
  });

  it('emits outcomes at once', () => {
    loginFailed({ userId: 'Eve', reason: 'locked', method: 'cli' });
    accessDenied();
    expect(recording.events.map(({ name }) => name)).to.deep.equal([
      'security.authn_login_fail',
      'security.authz_fail',
    ]);
    expect(recording.events[0]?.attributes).to.deep.equal({
      'security.authn.outcome': 'failure',
      'security.authn.confidence': 'high',
      'security.authn.signals': ['api'],
      'security.authn.method': 'cli',
      'security.authn.reason': 'locked',
      'user.id': 'Eve',
    });
  });

  it('ignores who the user is where there is no request', () => {
    setUser({ id: 'u-1' });
    setApiKey({ key: 'k' });
    expect(recording.events).to.deep.equal([]);
    expect(recording.internalErrors).to.deep.equal([]);
  });

  it('bounds and masks what an event carries, and refuses an unknown name', () => {
    const many = Object.fromEntries(
      Array.from({ length: 50 }, (_, i) => [`k${i}`, 'x'.repeat(5000)]),
    );
    securityEvent('security.user_created', many);
    const attributes = recording.events[0]?.attributes ?? {};
    expect(Object.keys(attributes)).to.have.length(32);
    expect(attributes['k0']).to.have.length(1024);
    Reflect.apply(securityEvent, undefined, ['security.no_such_event', {}]);
    Reflect.apply(securityEvent, undefined, ['toString', {}]);
    Reflect.apply(securityEvent, undefined, [
      'security.user_created',
      { nan: Number.NaN, object: {}, list: ['a', 1, 'hunter2'], text: 'hunter2', ok: true },
    ]);
    expect(recording.events).to.have.length(2);
    expect(recording.events[1]?.attributes).to.deep.equal({
      list: ['a', 'hunter2'],
      text: '***',
      ok: true,
    });
    expect(recording.internalErrors).to.have.length(2);
  });
});

function copyOf(path: string): string {
  return new URL(`../src/${path}?copy=2`, import.meta.url).href;
}

describe('two copies of the package', () => {
  it('share the runtime and the record of a request', async () => {
    const runtimeCopy = (await import(copyOf('runtime/security-runtime.ts'))) as {
      securityRuntime: typeof securityRuntime;
    };
    const registryCopy = (await import(copyOf('request/request-registry.ts'))) as {
      securityOf: typeof securityOf;
    };
    expect(registryCopy.securityOf).to.not.equal(securityOf);
    const { runtime } = recordingRuntime();
    setSecurityRuntime(runtime);
    expect(runtimeCopy.securityRuntime()).to.equal(runtime);
    const request = {};
    const record = recordFor(runtime);
    registerRequest(request, record);
    expect(registryCopy.securityOf(request)).to.equal(record);
    setSecurityRuntime(undefined);
  });
});

describe('finishRequest', () => {
  it('ends a record once, whoever calls', () => {
    const { runtime, events } = recordingRuntime();
    const record = recordFor(runtime);
    record.bind(ROOT_CONTEXT, undefined);
    for (let i = 0; i < 3; i++) {
      finishRequest(record, { statusCode: 429, header: () => undefined });
    }
    expect(events.map(({ name }) => name)).to.deep.equal(['security.excess_rate_limit_exceeded']);
  });

  it('keeps the payload with the first event where no span is recorded', () => {
    const { runtime, events } = recordingRuntime();
    const record = recordFor(runtime);
    record.bind(ROOT_CONTEXT, undefined);
    record.requestBody = { q: "1' OR '1'='1" };
    finishRequest(record, { statusCode: 400, header: () => undefined });
    expect(events).to.have.length(2);
    expect(events[0]?.attributes).to.have.property('http.request.body.content');
    expect(events[1]?.attributes).to.not.have.property('http.request.body.content');
  });

  it('shows no payload where the setting forbids it, and any where it asks for it', () => {
    for (const [capture, isShown] of [
      ['never', false],
      ['always', true],
    ] as const) {
      const payload = { capture, requestBytesMax: 100, responseBytesMax: 100 };
      const { runtime, events } = recordingRuntime({ payload });
      const record = recordFor(runtime);
      record.bind(ROOT_CONTEXT, undefined);
      record.requestBody = { a: 1 };
      finishRequest(record, { statusCode: 429, header: () => undefined });
      const keys = Object.keys(events[0]?.attributes ?? {});
      expect(keys.includes('http.request.body.content')).to.equal(isShown);
    }
  });
});

function recordFor(runtime: Recording['runtime']): RequestSecurity {
  return new RequestSecurity(runtime, {
    method: 'POST',
    rawTarget: '/x',
    headers: {},
    client: {
      address: '203.0.113.9',
      prefix: '203.0.113.9/32',
      peer: '203.0.113.9',
      source: 'socket',
      spoofSuspected: false,
    },
  });
}
