/** No error of a hook gets out, and a hook that keeps failing is switched off. */
import { expect } from 'chai';
import { recordingRuntime } from '../../test/recording-runtime.ts';
import { setSecurityRuntime } from '../runtime/security-runtime.ts';
import { guard, hookErrorsMax, hookHealth, resetHookHealth } from './guard.ts';

function fail(): never {
  throw new Error('hook');
}

describe('guard', () => {
  afterEach(() => {
    setSecurityRuntime(undefined);
    resetHookHealth();
  });

  it('returns what the hook returns and passes its arguments', () => {
    const add = guard('test.add', (a: number, b: number) => a + b);
    expect(add(2, 3)).to.equal(5);
  });

  it('swallows and reports an error', () => {
    const { runtime, internalErrors } = recordingRuntime();
    setSecurityRuntime(runtime);
    expect(guard('test.fail', fail)()).to.equal(undefined);
    expect(internalErrors.map(({ where }) => where)).to.deep.equal(['test.fail']);
  });

  it('swallows without a runtime, and when the runtime itself fails', () => {
    expect(guard('test.fail', fail)()).to.equal(undefined);
    setSecurityRuntime({ ...recordingRuntime().runtime, onInternalError: fail });
    expect(guard('test.fail', fail)()).to.equal(undefined);
  });

  it('switches a hook off after its last allowed error, not before', () => {
    const { runtime, disabledHooks } = recordingRuntime();
    setSecurityRuntime(runtime);
    let calls = 0;
    const hook = guard('test.limit', () => {
      calls += 1;
      fail();
    });
    for (let i = 0; i < hookErrorsMax - 1; i++) hook();
    expect(disabledHooks).to.deep.equal([]);
    for (let i = 0; i < 6; i++) hook();
    expect(calls).to.equal(hookErrorsMax);
    expect(disabledHooks, 'told once').to.deep.equal(['test.limit']);
    expect(hookHealth().find(({ where }) => where === 'test.limit')).to.deep.equal({
      where: 'test.limit',
      errors: hookErrorsMax,
      disabled: true,
    });
  });
});
