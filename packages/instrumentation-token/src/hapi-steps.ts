/** hapi checks a token in steps and in two orders: any step can say no, only all of them together say yes. */
import { type MethodWrapper, type SettledObserver, observeCall } from '@spanguard/instrumentation';
import { isObject } from '@spanguard/verdict';
import { checkOf, failuresOf } from './token-check.ts';

/** What was found right of one token, by hapi's own object of its raw parts. */
interface Steps {
  isSigned: boolean;
  /** The payload, once its times and claims were found right. */
  payload: unknown;
}

const stepsOfToken = new WeakMap<object, Steps>();

/** Wraps `decode(token)`, which refuses what is no token. */
export const observeDecode: MethodWrapper = observed(([token]) => failuresOf(checkOf(token)));

/** Wraps `verifySignature(artifacts, key)`, which also refuses algorithms. */
export const observeSignature: MethodWrapper = observed(([artifacts]) =>
  failuresOf(checkOf(read(artifacts, 'token'))),
);

/** Wraps `verifyPayload(artifacts, options)`: times and claims. */
export const observePayload: MethodWrapper = observed(([artifacts]) => {
  const observer = checkOf(read(artifacts, 'token'));
  const raw = read(artifacts, 'raw');
  if (observer === undefined || !isObject(raw)) return undefined;
  return (settled) => {
    if (settled.isError) observer(settled);
    else found(raw, { payload: read(read(artifacts, 'decoded'), 'payload') }, observer);
  };
});

/** Wraps `verify(raw, algorithm, key)` of the signature, which returns whether it is right. */
export const observeSigned: MethodWrapper = observed(([raw]) => {
  if (!isObject(raw)) return undefined;
  const parts = [read(raw, 'header'), read(raw, 'payload'), read(raw, 'signature')];
  const observer = checkOf(parts.join('.'));
  if (observer === undefined) return undefined;
  return (settled) => {
    if (settled.isError) observer(settled);
    else if (settled.value === true) found(raw, { isSigned: true }, observer);
    else observer({ isError: true, error: { message: 'invalid signature' } });
  };
});

function found(raw: object, step: Partial<Steps>, observer: SettledObserver): void {
  const before = stepsOfToken.get(raw) ?? { isSigned: false, payload: undefined };
  const steps = { ...before, ...step };
  stepsOfToken.set(raw, steps);
  if (steps.isSigned && steps.payload !== undefined) {
    observer({ isError: false, value: steps.payload });
  }
}

function observed(begin: (args: readonly unknown[]) => SettledObserver | undefined): MethodWrapper {
  return observeCall({ where: 'token.hapi', begin });
}

function read(from: unknown, name: string): unknown {
  return isObject(from) ? Reflect.get(from, name) : undefined;
}
