/** Hears an application answer a client that has gone. Nothing is sent any more, and no event tells of it. */
import type { ServerResponse } from 'node:http';
import { likeOriginal } from '@spanguard/instrumentation';

type Method = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Calls `heard` once the application ends `response`, if it ever does. Only a response whose client went
 * away is touched: it gets an `end` of its own.
 */
export function onLateAnswer(response: ServerResponse, heard: () => void): void {
  const end: unknown = Reflect.get(response, 'end');
  if (!isMethod(end)) return;
  const observed: Method = function observedEnd(this: unknown, ...args) {
    const result: unknown = Reflect.apply(end, this, args);
    heard();
    return result;
  };
  likeOriginal(observed, end);
  Object.defineProperty(response, 'end', { value: observed, configurable: true, writable: true });
}

function isMethod(value: unknown): value is Method {
  return typeof value === 'function';
}
