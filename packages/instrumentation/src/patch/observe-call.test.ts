/** A call is watched whichever way it ends, and ends for its caller exactly as it did. */
import { context, createContextKey } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { expect } from 'chai';
import { once } from 'node:events';
import process from 'node:process';
import { recordingRuntime } from '../../test/recording-runtime.ts';
import { resetHookHealth } from '../guard/guard.ts';
import { setSecurityRuntime } from '../runtime/security-runtime.ts';
import { type Settled, type SettledObserver, observeCall } from './observe-call.ts';
import type { LibraryMethod } from './patch.ts';

type Callback = (error: unknown, value?: unknown) => void;

const libraryError = new Error('theirs');

describe('observeCall', () => {
  let seen: Settled[] = [];

  beforeEach(() => {
    seen = [];
  });

  afterEach(() => {
    setSecurityRuntime(undefined);
    resetHookHealth();
  });

  function observed(
    original: LibraryMethod,
    observer: SettledObserver | undefined = (settled) => seen.push(settled),
  ): LibraryMethod {
    return observeCall({ where: 'test', callbackFrom: 1, begin: () => observer })(original);
  }

  it('tells what is returned, thrown, promised and rejected, before the caller hears of it', async () => {
    const error = libraryError;
    expect(observed(() => 7)()).to.equal(7);
    expect(
      observed(() => {
        throw error;
      }),
    ).to.throw(error);
    const order: string[] = [];
    const noting = observed(
      () => Promise.resolve(8),
      () => order.push('ours'),
    );
    await (noting() as Promise<unknown>).then(() => order.push('theirs'));
    expect(order).to.deep.equal(['ours', 'theirs']);
    const rejected = await (observed(() => Promise.reject(error))() as Promise<unknown>).catch(
      (reason: unknown) => reason,
    );
    expect(rejected).to.equal(error);
    expect(seen).to.deep.equal([
      { isError: false, value: 7 },
      { isError: true, error },
      { isError: true, error },
    ]);
  });

  it('leaves unhandled what nobody handles', async () => {
    const listeners = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    try {
      const unhandled = once(process, 'unhandledRejection');
      void observed(() => Promise.reject(libraryError))();
      expect((await unhandled)[0]).to.equal(libraryError);
    } finally {
      for (const listener of listeners) process.on('unhandledRejection', listener);
    }
  });

  it('tells what is called back, in the context of the call, with what the library gives', () => {
    const manager = new AsyncLocalStorageContextManager().enable();
    context.setGlobalContextManager(manager);
    try {
      const key = createContextKey('test');
      let callLater: Callback | undefined;
      const library: LibraryMethod = (_first, callback) => {
        callLater = callback as Callback;
        return 'queued';
      };
      const given: unknown[] = [];
      const call = observed(library);
      context.with(context.active().setValue(key, 'request'), () => {
        const back = (...args: unknown[]): void => {
          given.push(...args, context.active().getValue(key));
        };
        expect(call('first', back)).to.equal('queued');
      });
      callLater?.(null, true);
      callLater?.(libraryError);
      expect(given).to.deep.equal([null, true, 'request', libraryError, 'request']);
      expect(seen).to.deep.equal([
        { isError: false, value: true },
        { isError: true, error: libraryError },
      ]);
    } finally {
      context.disable();
    }
  });

  it('takes no function before its place for a callback', () => {
    const getKey = (): string => 'key';
    const library: LibraryMethod = (first) => first === getKey;
    expect(observed(library)(getKey)).to.equal(true);
  });

  it('passes the call on untouched where nobody asks', () => {
    const promise = Promise.resolve(1);
    const call = observeCall({ where: 'test', begin: () => undefined })(() => promise);
    expect(call()).to.equal(promise);
  });

  it('keeps our own errors to ourselves', async () => {
    const { runtime, internalErrors } = recordingRuntime();
    setSecurityRuntime(runtime);
    const fail = (): never => {
      throw new Error('ours');
    };
    expect(observed(() => 7, fail)()).to.equal(7);
    expect(await observed(() => Promise.resolve(8), fail)()).to.equal(8);
    expect(observeCall({ where: 'test', begin: fail })(() => 9)()).to.equal(9);
    expect(internalErrors).to.have.length(3);
  });
});
